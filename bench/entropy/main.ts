/**
 * Minimum velocity learning and other ways to the gradient of an implicit posterior's entropy, at equal time: `npx tsx
 * bench/entropy/main.ts`, `--method mvl --method ssm` for some of them, `--seconds 300 --evaluations 5`. A method with a result for the
 * same numbers is not run again unless `--anew` is given; one that was cut off begins again.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from 'tfjs-mvl/exporters';
import { binarised, digits } from '../paper/digits.ts';
import { measureMethod } from './measure.ts';
import { METHODS } from './methods.ts';
import { isFinished, readResults } from './results.ts';
import { SETTINGS } from './settings.ts';

const { values } = parseArgs({
  options: {
    method: { type: 'string', multiple: true },
    seconds: { type: 'string', default: '300' },
    evaluations: { type: 'string', default: '5' },
    images: { type: 'string', default: '200' },
    threads: { type: 'string', default: '2' },
    anew: { type: 'boolean', default: false },
  },
});
const names = Object.keys(METHODS);
const unknown = values.method?.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`--method ${unknown}: expected one of ${names.join(', ')}.`);
const positive = (option: 'seconds' | 'evaluations' | 'images' | 'threads', whole: boolean): number => {
  const number = Number(values[option]);
  if (!(number > 0 && Number.isFinite(number)) || (whole && !Number.isInteger(number)))
    throw new RangeError(`--${option} must be a positive ${whole ? 'whole ' : ''}number; got ${values[option]}.`);
  return number;
};
const plan = { seconds: positive('seconds', false), evaluations: positive('evaluations', true), images: positive('images', true) };
const threads = positive('threads', true);

tf.enableProdMode();
await tf.setBackend('cpu');
const executor = onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: threads } });
const { train, test } = await digits();
const whole = tf.slice(train, [0, 0], [train.shape[0] - (train.shape[0] % SETTINGS.batchSize), -1]);
const images = binarised(test, plan.images, SETTINGS.seed);

for (const name of values.method ?? names) {
  if (!values.anew && isFinished(readResults().methods[name], plan)) continue;
  const { steps, millisecondsPerStep, curve, diverged } = await measureMethod(name, { plan, train: whole, images, executor, threads });
  const shown = curve.map(({ seconds, nll }) => `${nll.toFixed(2)} after ${seconds.toFixed(0)} s`).join(', ');
  console.log(
    `${new Date().toISOString().slice(11, 19)}  ${name}: ${shown}; ${steps} steps of ${millisecondsPerStep.toFixed(2)} ms` +
      (diverged === undefined ? '' : `; ${diverged}`),
  );
}
