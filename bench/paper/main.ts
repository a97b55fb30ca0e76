/**
 * The tables of Wang et al. 2020 on MNIST: `npx tsx bench/paper/main.ts`, `--cell implicit-sphere-8` for some of it. What tells cells apart is in config.json. A run that is cut off goes on at its last checkpoint when it is started again; a cell with a result is not run again unless
 * `--anew` is given: then a model that is there is measured anew, and one that is not is trained.
 */
import { parseArgs } from 'node:util';
import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from 'tfjs-mvl/exporters';
import { VERSIONS } from '../versions.ts';
import { CONFIG, LIKELIHOOD_CELLS, WAE_CELLS } from './config.ts';
import { digits } from './digits.ts';
import { measureDistance, trainWaeCell } from './distances.ts';
import { measureLikelihood, trainLikelihoodCell } from './likelihoods.ts';
import { hasResult, writeResult } from './results.ts';
import type { Trained } from './trained.ts';

const names = [...Object.keys(LIKELIHOOD_CELLS), ...Object.keys(WAE_CELLS)];

const { values } = (() => {
  try {
    const parsed = parseArgs({
      options: {
        cell: { type: 'string', multiple: true },
        iterations: { type: 'string' },
        threads: { type: 'string', default: '2' },
        anew: { type: 'boolean', default: false },
      },
    });
    const unknown = parsed.values.cell?.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new Error(`--cell ${unknown}: there is no such cell`);
    return parsed;
  } catch (error) {
    console.error(
      `${(error as Error).message}.\nOptions: --cell NAME (again for more), --iterations N, --threads N, --anew.\nCells: ${names.join(', ')}.`,
    );
    process.exit(2);
  }
})();

tf.enableProdMode();
await tf.setBackend('cpu');
const executor = onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: Number(values.threads) } });
const { train, test } = await digits();
const note = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);

/** Runs a cell that has no result yet. */
async function run<Cell extends object>(
  name: string,
  cell: Cell,
  { iterations: usual, optimizer }: { readonly iterations: number; readonly optimizer: object },
  start: (name: string, cell: Cell, train: Tensor2D, run: { executor: typeof executor; iterations: number }) => Promise<Trained>,
  measure: (model: Trained['model']) => Promise<object>,
): Promise<void> {
  if ((values.cell !== undefined && !values.cell.includes(name)) || (hasResult(name) && !values.anew)) return;
  const iterations = Number(values.iterations ?? usual);
  const { model, seconds } = await start(name, cell, train, { executor, iterations });
  const measured = await measure(model);
  writeResult(name, {
    command: `npx tsx bench/paper/main.ts --cell ${name}${iterations === usual ? '' : ` --iterations ${iterations}`}`,
    ...cell,
    ...measured,
    training: { ...model.summary, seconds },
    settings: { optimizer, threads: Number(values.threads), averaging: CONFIG.averaging, batchSize: CONFIG.batchSize, seed: CONFIG.seed },
    versions: VERSIONS,
  });
  note(`${name}: ${JSON.stringify(measured)}, ${seconds} s of training`);
  model.dispose();
}

for (const [name, cell] of Object.entries(LIKELIHOOD_CELLS))
  await run(name, cell, CONFIG.likelihood, trainLikelihoodCell, (model) => measureLikelihood(model, test, executor));
for (const [name, cell] of Object.entries(WAE_CELLS))
  await run(name, cell, CONFIG.wae, trainWaeCell, (model) => measureDistance(model, test));
