import type { GradConfig } from '@tensorflow/tfjs';
import { averagePooling } from './AvgPool.ts';
import { BatchMatMul } from './BatchMatMul.ts';
import { binary } from './binary.ts';
import { Cumprod } from './Cumprod.ts';
import { Cumsum } from './Cumsum.ts';
import { convolutions } from './convolutions.ts';
import { DepthToSpace } from './DepthToSpace.ts';
import { Einsum } from './Einsum.ts';
import { elementwise } from './elementwise.ts';
import { FusedBatchNorm } from './FusedBatchNorm.ts';
import { gathering } from './gathering.ts';
import { LogSoftmax } from './LogSoftmax.ts';
import { LRN } from './LRN.ts';
import { maxPooling } from './MaxPool.ts';
import { MirrorPad } from './MirrorPad.ts';
import { Prod } from './Prod.ts';
import { piecewiseConstant } from './piecewiseConstant.ts';
import { resizing } from './resizing.ts';
import { Softmax } from './Softmax.ts';
import { StridedSlice } from './StridedSlice.ts';
import { Tile } from './Tile.ts';
import { TopK } from './TopK.ts';

/** Every gradient that `register` installs. */
export const repairs: readonly GradConfig[] = [
  ...elementwise,
  ...binary,
  ...piecewiseConstant,
  ...gathering,
  ...convolutions,
  ...maxPooling,
  ...averagePooling,
  ...resizing,
  BatchMatMul,
  Cumprod,
  Cumsum,
  DepthToSpace,
  Einsum,
  FusedBatchNorm,
  LogSoftmax,
  LRN,
  MirrorPad,
  Prod,
  Softmax,
  StridedSlice,
  Tile,
  TopK,
];
