/** What tfjs cannot do on its wasm backend, in the forward pass or in a first derivative that is not ours to repair. */
export const WASM_CANNOT: Readonly<Record<string, string>> = {
  einsum: 'no kernel `Einsum`',
  'einsum, one operand': 'no kernel `Einsum`',
  localResponseNormalization: 'no kernel `LRN`',
  logSigmoid: 'tfjs does not save its argument, which is gone by the time of the backward pass',
  'maxPool3d, same': 'the forward kernel takes 1e-38 for the largest of negative entries',
  conv3d: 'the kernels add to memory that they do not clear',
  conv3dTranspose: 'the kernels add to memory that they do not clear, and lose entries where the stride is not 1',
};
