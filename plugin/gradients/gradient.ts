import type { GradConfig, Tensor } from '@tensorflow/tfjs';

/** The gradient with respect to each input, by the kernel's name for it; computed where asked for. */
export type Partials = Readonly<Record<string, () => Tensor>>;

/**
 * A gradient that may be differentiated again. It saves inputs alone: tfjs puts the tape entry of a saved output before the entry of the kernel
 * that makes it, so that a second backward pass never reaches it (tfjs issue 3252). What needs the output computes it anew from the inputs, by
 * the very call of the forward pass, so that a tracer merges the two.
 *
 * @param save names of the kernel's inputs, handed to `partials` in this order
 */
export const gradient = <Attributes = unknown>(
  kernelName: string,
  save: readonly string[],
  partials: (dy: Tensor, saved: Tensor[], attributes: Attributes) => Partials,
): GradConfig => ({
  kernelName,
  inputsToSave: [...save],
  gradFunc: (dy, saved, attributes) => partials(dy as Tensor, saved, attributes as Attributes),
});
