import { writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { GROUPS } from '../exporters/lowerings/cases/index.ts';
import { coverageTable } from './coverageTable.ts';

await tf.ready();
const kernels = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
writeFileSync(new URL('../../docs/coverage.md', import.meta.url), coverageTable(kernels, Object.values(GROUPS).flat()));
