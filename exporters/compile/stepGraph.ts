import type { NamedTensorMap } from '@tensorflow/tfjs';
import { blockedStep } from '../blocks/blockedStep.ts';
import { batchAxis } from '../blocks/role.ts';
import { splitAtMeans } from '../blocks/splitAtMeans.ts';
import type { Graph } from '../ir/graph.ts';
import { specialise } from '../ir/specialise.ts';
import { buildProgram } from './buildProgram.ts';
import { gatherRows, ROWS } from './gatherRows.ts';
import { BATCH } from './signature.ts';

/** Numbers in the widest array of a block: half a megabyte, which stays in a core's second-level cache from one operator to the next. */
const CACHED = 2 ** 17;

/** Blocks of fewer rows read the weights too often for what they do with them. */
const LEAST_ROWS = 256;

/** Into how many blocks of equal size to cut a batch whose widest array has `width` numbers in each row. */
export function blocksFor(batch: number, width: number): number {
  for (let blocks = 1; batch / blocks >= LEAST_ROWS; blocks++)
    if (batch % blocks === 0 && (batch / blocks) * width <= CACHED) return blocks;
  return 1;
}

/**
 * One step on a batch of a given size, with its rows gathered from the data. A large batch goes through the caches in blocks, where the step allows it.
 *
 * @param blocks default: what the width of the step's arrays asks for
 */
export function stepGraph(traced: Graph, data: NamedTensorMap, batch: number, blocks?: number): Graph {
  const split = blocks === 1 ? null : splitAtMeans(traced, BATCH);
  const parts = split === null ? 1 : (blocks ?? blocksFor(batch, split.width));
  if (split === null || parts === 1) return gatherRows(buildProgram(traced, { [BATCH]: batch }), data, batch);
  const axes = new Map(traced.inputs.map(({ name, value }) => [name, batchAxis(value, BATCH)]));
  const axisOf = (name: string): number | null => {
    if (name === ROWS) return 0;
    return name in data ? null : (axes.get(name) ?? null);
  };
  const means = gatherRows(buildProgram(split.means, { [BATCH]: batch / parts }), data, batch / parts);
  const rest = buildProgram(split.rest, { [BATCH]: batch });
  const { inputs } = gatherRows({ ...specialise(traced, { [BATCH]: batch }), nodes: [] }, data, batch);
  return blockedStep(means, rest, inputs, axisOf, parts);
}
