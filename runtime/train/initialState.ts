import { initializerBytes } from '../wire/initializer.ts';
import type { OnnxFile } from '../wire/onnxFile.ts';
import { ARRAYS, type Block, blockOf, sizeOf } from './tensors.ts';
import type { TrainCard } from './trainCard.ts';

/**
 * The state that a training step's file begins with, in the card's order.
 *
 * @throws Error where the file lacks a tensor or has one of another size
 */
export function initialState(file: OnnxFile, { state }: TrainCard): Block[] {
  const stored = initializerBytes(
    file,
    state.map(({ initial }) => initial),
  );
  return state.map(({ initial, dtype, shape }) => {
    const bytes = stored.get(initial);
    const expected = sizeOf(shape) * ARRAYS[dtype].BYTES_PER_ELEMENT;
    if (bytes?.length !== expected)
      throw new Error(
        `loadTrainSession: the initializer "${initial}" should hold ${expected} bytes of raw data, ${dtype} [${shape}]; ` +
          `${bytes === undefined ? 'it is missing' : `it holds ${bytes.length}`}. A tool that drops unused initializers drops the state: use the file as exported.`,
      );
    return blockOf(dtype, shape, bytes);
  });
}
