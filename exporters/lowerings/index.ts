import { BatchMatMul, FusedMatMul } from './BatchMatMul.ts';
import { formulas } from './formulas.ts';
import type { Lowering } from './lowering.ts';
import { reductions } from './reductions.ts';
import { renames } from './renames.ts';
import { SymbolicConstant, SymbolicRange } from './SymbolicConstant.ts';
import { shapes } from './shapes.ts';

const ALL: readonly Lowering[] = [
  ...renames,
  ...formulas,
  ...shapes,
  ...reductions,
  BatchMatMul,
  FusedMatMul,
  SymbolicConstant,
  SymbolicRange,
];

/** Every lowering, by the name of its tfjs kernel. */
export const LOWERINGS: Readonly<Record<string, Lowering>> = Object.fromEntries(ALL.map((entry) => [entry.kernel, entry]));
