import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Moves the tape entry of a saved output behind the entry of the kernel that makes it, where a second backward pass finds it. */
function relink(saved: Tensor): void {
  const tape = tf.engine().state.activeTape;
  const at = tape.findIndex(({ outputs }) => outputs[0].id === saved.id);
  const producer = tape.findIndex(({ outputs }, i) => i > at && outputs.some(({ id }) => id === tape[at].inputs.x.id));
  if (producer > at) tape.splice(producer, 0, ...tape.splice(at, 1));
}

/**
 * ∂/∂l ⟨dy, log softmax(l)⟩ = dy − softmax(l) Σ dy. `tf.logSoftmax` is no kernel but a `customGrad` that saves its output and not its input; tfjs
 * looks up a gradient by the name of the op's scope there.
 */
export const LogSoftmax: GradConfig = {
  kernelName: 'logSoftmax__op',
  gradFunc: (dy, [y]) => {
    relink(y);
    return { 0: () => tf.sub(dy as Tensor, tf.mul(tf.sum(dy as Tensor, -1, true), tf.exp(y))) };
  },
};
