/** One question to a worker at a time, and its answer. */
export function ask<Answer>(worker: Worker, question: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<{ value: Answer } | { error: string }>) =>
      'error' in data ? reject(new Error(data.error)) : resolve(data.value);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(question);
  });
}

/** The other end: what a worker does with a question. */
export function reply<Question>(answer: (question: Question) => Promise<unknown>): void {
  self.onmessage = ({ data }: MessageEvent<Question>) => {
    answer(data).then(
      (value) => self.postMessage({ value }),
      (error: Error) => self.postMessage({ error: `${error.message}` }),
    );
  };
}
