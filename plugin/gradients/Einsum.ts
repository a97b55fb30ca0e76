import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/**
 * The product with the roles of one operand and the output exchanged: for `ij,jk->ik`, da = `ik,jk->ij`. Letters that only this operand has were
 * summed away and are broadcast back. Not in tfjs.
 */
export const Einsum: GradConfig = {
  kernelName: 'Einsum',
  saveAllInputs: true,
  gradFunc: (dy, operands, attributes) => {
    const [left, output] = (attributes.equation as string).replaceAll(' ', '').split('->');
    const letters = left.split(',');
    const partial = (i: number): Tensor => {
      const others = operands.filter((_, k) => k !== i);
      const sources = [output, ...letters.filter((_, k) => k !== i)];
      const present = [...letters[i]].map((letter) => sources.some((source) => source.includes(letter)));
      const kept = [...letters[i]].filter((_, axis) => present[axis]).join('');
      const product = tf.einsum(`${sources.join(',')}->${kept}`, dy as Tensor, ...others);
      const shape = operands[i].shape.map((n, axis) => (present[axis] ? n : 1));
      return present.every(Boolean) ? product : tf.mul(tf.reshape(product, shape), tf.onesLike(operands[i]));
    };
    return Object.fromEntries(operands.map((_, i) => [i, () => partial(i)]));
  },
};
