import { AddN } from './AddN.ts';
import { BatchMatMul, FusedMatMul } from './BatchMatMul.ts';
import { BatchToSpaceND, DepthToSpace, SpaceToBatchND } from './blocks.ts';
import { convolutions } from './convolution.ts';
import { convolutionBackprops } from './convolutionBackprop.ts';
import { bincounts, Diag, OneHot, TopK } from './counting.ts';
import { Cumprod, Cumsum } from './cumulative.ts';
import { Dilation2D } from './Dilation2D.ts';
import { formulas } from './formulas.ts';
import { GatherV2 } from './GatherV2.ts';
import type { Lowering } from './lowering.ts';
import { MirrorPad } from './MirrorPad.ts';
import { FusedBatchNorm, LRN, LRNGrad } from './normalization.ts';
import { Prelu } from './Prelu.ts';
import { pools } from './pools.ts';
import { positions, reductions } from './reductions.ts';
import { renames } from './renames.ts';
import { ResizeBilinear, ResizeNearestNeighbor, resizeGrads } from './resize.ts';
import { StridedSlice } from './StridedSlice.ts';
import { SymbolicConstant, SymbolicRange } from './SymbolicConstant.ts';
import { GatherNd, ScatterNd, SparseToDense, TensorScatterUpdate, UnsortedSegmentSum } from './scatter.ts';
import { shapes } from './shapes.ts';

const ALL: readonly Lowering[] = [
  ...renames,
  ...formulas,
  ...shapes,
  ...reductions,
  ...positions,
  ...bincounts,
  ...convolutions,
  ...convolutionBackprops,
  ...pools,
  ...resizeGrads,
  AddN,
  BatchMatMul,
  BatchToSpaceND,
  Cumprod,
  Cumsum,
  DepthToSpace,
  Diag,
  Dilation2D,
  FusedBatchNorm,
  FusedMatMul,
  GatherNd,
  GatherV2,
  LRN,
  LRNGrad,
  MirrorPad,
  OneHot,
  Prelu,
  ResizeBilinear,
  ResizeNearestNeighbor,
  ScatterNd,
  SpaceToBatchND,
  SparseToDense,
  StridedSlice,
  SymbolicConstant,
  SymbolicRange,
  TensorScatterUpdate,
  TopK,
  UnsortedSegmentSum,
];

/** Every lowering, by the name of its tfjs kernel. */
export const LOWERINGS: Readonly<Record<string, Lowering>> = Object.fromEntries(ALL.map((entry) => [entry.kernel, entry]));
