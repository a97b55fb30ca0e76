import { useEffect, useState } from 'preact/hooks';

/**
 * What some work gives; null before the first result, and where there is no work. A result stays until the next is there.
 *
 * @param work null: there is nothing to do
 * @param inputs what the work depends on: when one changes it is done anew, and an earlier result that is late is dropped
 * @param onFailure told what went wrong, unless nobody waits for it any more
 */
export function useResult<T>(work: (() => Promise<T>) | null, inputs: readonly unknown[], onFailure?: (error: Error) => void): T | null {
  const [result, setResult] = useState<T | null>(null);
  useEffect(() => {
    if (work === null) {
      setResult(null);
      return;
    }
    let wanted = true;
    work().then(
      (value) => wanted && setResult(() => value),
      (error: Error) => wanted && onFailure?.(error),
    );
    return () => {
      wanted = false;
    };
  }, [...inputs]);
  return result;
}
