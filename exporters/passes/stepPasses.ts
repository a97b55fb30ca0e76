import { eliminateDeadNodes } from './eliminateDeadNodes.ts';
import { foldZeros } from './foldZeros.ts';
import { hoistScales } from './hoistScales.ts';
import { PASSES, type Pass } from './index.ts';
import { shareCommonSubexpressions } from './shareCommonSubexpressions.ts';

/** For graphs that run many times, such as training steps: the ordinary passes, then those that trade readable graphs for speed. */
export const STEP_PASSES: readonly Pass[] = [...PASSES, foldZeros, hoistScales, shareCommonSubexpressions, eliminateDeadNodes];
