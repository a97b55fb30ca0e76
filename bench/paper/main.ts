/**
 * The tables of Wang et al. 2020 on MNIST: `npx tsx bench/paper/main.ts`, `--cell implicit-sphere-8` for some of it. What config.json says is all there is to a
 * cell. A run that is cut off goes on at its last checkpoint when it is started again; a cell with a result is not run again unless `--anew` is given.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { VERSION } from 'tfjs-mvl';
import { onnxruntimeExecutor } from 'tfjs-mvl/exporters';
import { CONFIG, LIKELIHOOD_CELLS } from './config.ts';
import { digits } from './digits.ts';
import { measuredCell, trainedCell } from './likelihoods.ts';
import { hasResult, writeResult } from './results.ts';

const { values } = parseArgs({
  options: {
    cell: { type: 'string', multiple: true },
    iterations: { type: 'string' },
    threads: { type: 'string', default: '2' },
    anew: { type: 'boolean', default: false },
  },
});
const iterations = Number(values.iterations ?? CONFIG.likelihood.iterations);
const unknown = values.cell?.find((name) => !Object.hasOwn(LIKELIHOOD_CELLS, name));
if (unknown !== undefined) throw new Error(`--cell ${unknown}: expected one of ${Object.keys(LIKELIHOOD_CELLS).join(', ')}.`);

tf.enableProdMode();
await tf.setBackend('cpu');
const executor = onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: Number(values.threads) } });
const note = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);

const { train, test } = await digits();
for (const [name, cell] of Object.entries(LIKELIHOOD_CELLS)) {
  if (values.cell !== undefined && !values.cell.includes(name)) continue;
  if (hasResult(name) && !values.anew) continue;
  const { model, seconds } = await trainedCell(name, cell, train, executor, iterations);
  const measured = await measuredCell(model, test, executor);
  writeResult(name, {
    command: `npx tsx bench/paper/main.ts --cell ${name}`,
    ...cell,
    ...measured,
    training: { ...model.summary, secondsOfLastRun: Math.round(seconds) },
    settings: { optimizer: CONFIG.optimizer, averaging: CONFIG.averaging, batchSize: CONFIG.batchSize, seed: CONFIG.seed },
    versions: { node: process.version, 'tfjs-mvl': VERSION, tfjs: tf.version_core },
  });
  note(
    `${name}: ${measured.nll.toFixed(2)} ± ${measured.standardError.toFixed(2)} nats (${cell.paper} in the paper), ${seconds.toFixed(0)} s of training`,
  );
  model.dispose();
}
