import type { Graph } from '../ir/graph.ts';
import { verify } from '../ir/verify.ts';
import { cancelTransposes } from './cancelTransposes.ts';
import { eliminateDeadNodes } from './eliminateDeadNodes.ts';
import { foldConstants } from './foldConstants.ts';
import { fuseGemm } from './fuseGemm.ts';
import { inferShapes } from './inferShapes.ts';
import { mergeReshapes } from './mergeReshapes.ts';
import { narrowBroadcasts } from './narrowBroadcasts.ts';
import { removeNoOps } from './removeNoOps.ts';
import { reshapeTransposes } from './reshapeTransposes.ts';
import { shareCommonSubexpressions } from './shareCommonSubexpressions.ts';
import { sinkExpands } from './sinkExpands.ts';

export type Pass = (graph: Graph) => Graph;

const CLEAN_UP: readonly Pass[] = [
  inferShapes,
  mergeReshapes,
  removeNoOps,
  foldConstants,
  narrowBroadcasts,
  sinkExpands,
  narrowBroadcasts,
  cancelTransposes,
  shareCommonSubexpressions,
  eliminateDeadNodes,
];

/** In the order of use. One pass uncovers work for another, hence the second round. */
export const PASSES: readonly Pass[] = [
  ...CLEAN_UP,
  reshapeTransposes,
  ...CLEAN_UP,
  fuseGemm,
  shareCommonSubexpressions,
  eliminateDeadNodes,
];

/** Runs the passes and checks the graph after each. */
export function optimise(graph: Graph, passes: readonly Pass[] = PASSES): Graph {
  return passes.reduce((current, pass) => {
    const next = pass(current);
    verify(next);
    return next;
  }, graph);
}
