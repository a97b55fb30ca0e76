import { absorbScales } from './absorbScales.ts';
import { columnSums } from './columnSums.ts';
import { eliminateDeadNodes } from './eliminateDeadNodes.ts';
import { factorSums } from './factorSums.ts';
import { foldConstants } from './foldConstants.ts';
import { foldZeros } from './foldZeros.ts';
import { hoistScales } from './hoistScales.ts';
import { PASSES, type Pass } from './index.ts';
import { mergeReshapes } from './mergeReshapes.ts';
import { narrowBroadcasts } from './narrowBroadcasts.ts';
import { removeNoOps } from './removeNoOps.ts';
import { shareCommonSubexpressions } from './shareCommonSubexpressions.ts';
import { sinkReshapes } from './sinkReshapes.ts';
import { spreadUniform } from './spreadUniform.ts';

/** For graphs that run many times, such as training steps: the ordinary passes, then those that trade readable graphs for speed. */
export const STEP_PASSES: readonly Pass[] = [
  ...PASSES,
  sinkReshapes,
  mergeReshapes,
  removeNoOps,
  foldZeros,
  hoistScales,
  spreadUniform,
  removeNoOps,
  narrowBroadcasts,
  foldConstants,
  shareCommonSubexpressions,
  eliminateDeadNodes,
  factorSums,
  hoistScales,
  shareCommonSubexpressions,
  columnSums,
  absorbScales,
  removeNoOps,
  shareCommonSubexpressions,
  eliminateDeadNodes,
];
