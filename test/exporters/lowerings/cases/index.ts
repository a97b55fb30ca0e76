import type { LoweringCase } from '../../../support/loweringCase.ts';
import { arithmetic } from './arithmetic.ts';
import { backward } from './backward.ts';
import { convolutions } from './convolutions.ts';
import { depthwiseAndVolumes } from './depthwise.ts';
import { dtypes } from './dtypes.ts';
import { functions } from './functions.ts';
import { gathering } from './gathering.ts';
import { images } from './images.ts';
import { pools } from './pools.ts';
import { products } from './products.ts';
import { reducing } from './reducing.ts';
import { scanning } from './scanning.ts';
import { shaping } from './shaping.ts';
import { slicing } from './slicing.ts';

export const GROUPS: Readonly<Record<string, readonly LoweringCase[]>> = {
  functions,
  arithmetic,
  dtypes,
  reducing,
  scanning,
  shaping,
  slicing,
  gathering,
  products,
  convolutions,
  depthwiseAndVolumes,
  backward,
  pools,
  images,
};
