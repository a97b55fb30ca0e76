import { backendOf, type DeviceTensor, numbersOf, type OrtLike, type OrtTensor } from '../ort.ts';
import { ARRAYS, type Block, emptyBlock, tensorOf } from './tensors.ts';
import type { StateCard, TrainCard } from './trainCard.ts';

type Tensors = Readonly<Record<string, OrtTensor>>;

/** The state of training in onnxruntime's tensors. */
export interface StateStore {
  /** The state as inputs of the next step. */
  feeds(): Record<string, OrtTensor>;
  /** Where the next state is to be written, null: anywhere new; undefined where the runtime does not take orders. */
  fetches(): Readonly<Record<string, OrtTensor | null>> | undefined;
  /** The results of a step are the state from now on. */
  advance(results: Tensors): void;
  /** Frees the results of a step that does not count. */
  refuse(results: Tensors): void;
  /** Copies, in the card's order. */
  read(): Promise<Block[]>;
  replace(blocks: readonly Block[]): void;
  dispose(): void;
}

/**
 * onnxruntime-node writes where it is told: each tensor has a twin, and the two change places at every step, so that nothing is allocated or copied.
 * Elsewhere the state is what a step returned, on a GPU if the session leaves it there.
 *
 * @param pinned whether to tell the runtime where to write
 */
export function stateStore(ort: OrtLike, { state, reports }: TrainCard, initial: readonly Block[], pinned: boolean): StateStore {
  const twins = pinned && backendOf(ort) === 'onnxruntime-node';
  const moving = state.filter((entry): entry is StateCard & { output: string } => entry.output !== null);
  let current = new Map<string, DeviceTensor>();
  let spare = new Map<string, DeviceTensor>();
  const dispose = () => {
    for (const tensor of [...current.values(), ...spare.values()]) tensor.dispose?.();
    current = new Map();
    spare = new Map();
  };
  const replace = (blocks: readonly Block[]) => {
    dispose();
    current = new Map(state.map(({ input }, i) => [input, tensorOf(ort, blocks[i])]));
    if (twins) spare = new Map(moving.map(({ input, dtype, shape }) => [input, tensorOf(ort, emptyBlock(dtype, shape))]));
  };
  replace(initial);
  return {
    feeds: () => Object.fromEntries(current),
    fetches: () =>
      twins
        ? Object.fromEntries([
            ...reports.map((name): [string, null] => [name, null]),
            ...moving.map(({ input, output }): [string, OrtTensor] => [output, spare.get(input) as DeviceTensor]),
          ])
        : undefined,
    advance: (results) => {
      for (const { input, output } of moving) {
        const before = current.get(input) as DeviceTensor;
        current.set(input, twins ? (spare.get(input) as DeviceTensor) : results[output]);
        if (twins) spare.set(input, before);
        else before.dispose?.();
      }
    },
    refuse: (results) => {
      if (!twins) for (const { output } of moving) (results[output] as DeviceTensor).dispose?.();
    },
    read: () =>
      Promise.all(
        state.map(async ({ input, dtype, shape }): Promise<Block> => {
          const numbers = (await numbersOf(current.get(input) as DeviceTensor)) as Float32Array;
          return { dtype, shape, values: ARRAYS[dtype].from(numbers) };
        }),
      ),
    replace,
    dispose,
  };
}
