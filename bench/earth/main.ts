/**
 * Volcanic eruptions, earthquakes, floods and fires: `npx tsx bench/earth/main.ts`, `--set flood --seed 3` for a part of it, `--only kernels|model|ablations|maps|table`.
 * Every result goes to bench/results/earth.json as soon as it is there, and what is there is not computed again unless `--anew` is given.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { VERSION } from '../../plugin/index.ts';
import { fillTables } from '../pageTables.ts';
import { VARIANTS } from './ablations.ts';
import { drawEarth } from './draw.ts';
import { type EarthSet, earthEvents, isEarthSet, SETS } from './events.ts';
import { kernelResults } from './kernels.ts';
import { type Run, readResults, updateResults } from './results.ts';
import { COARSEST, FINEST, WIDTHS } from './settings.ts';
import { ablationTable, likelihoodTable, summarise } from './summary.ts';
import { trainEarth } from './train.ts';

const SEEDS = [0, 1, 2, 3, 4];

const { values } = parseArgs({
  options: { set: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' }, anew: { type: 'boolean', default: false } },
});
if (values.set !== undefined && !isEarthSet(values.set))
  throw new Error(`--set ${values.set}: expected one of ${Object.keys(SETS).join(', ')}.`);
const sets = values.set === undefined ? (Object.keys(SETS) as EarthSet[]) : [values.set as EarthSet];
const seeds = values.seed === undefined ? SEEDS : [Number(values.seed)];
const wanted = (part: string): boolean => values.only === undefined || values.only === part;

tf.enableProdMode();
await tf.setBackend('wasm');

const note = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);
const of = (set: EarthSet, seed: number): Run => readResults().runs[`${set}/${seed}`] ?? {};
const keep = (set: EarthSet, seed: number, run: Run): void =>
  updateResults(({ runs }) => {
    runs[`${set}/${seed}`] = { ...runs[`${set}/${seed}`], ...run };
  });

for (const seed of seeds)
  for (const set of sets) {
    const events = earthEvents(set, seed);
    if (wanted('model') && (values.anew || of(set, seed).model === undefined)) {
      const {
        sites: _,
        all: __,
        ...model
      } = await trainEarth(events, {
        seed,
        onProgress: (share, nll) =>
          process.stdout.isTTY && process.stdout.write(`  ${set} ${seed}: ${Math.round(100 * share)} %, ${nll.toFixed(3)} nats\r`),
      });
      keep(set, seed, { model });
      note(
        `${set} ${seed}: ${model.testNll.toFixed(3)} nats after ${model.seconds.toFixed(0)} s (untrained ${model.untrained.testNll.toFixed(3)})`,
      );
    }
    if (wanted('kernels') && (values.anew || of(set, seed).kdeOverUniform === undefined)) {
      const kernels = kernelResults(events);
      keep(set, seed, kernels);
      note(`${set} ${seed}: kernels ${kernels.kde.testNll.toFixed(3)}, over background ${kernels.kdeOverUniform.testNll.toFixed(3)}`);
    }
  }

if (wanted('ablations'))
  for (const { what, sets: concerned, run } of VARIANTS)
    for (const set of concerned.filter((name) => sets.includes(name))) {
      const [seed] = seeds;
      const key = `${what} / ${set}/${seed}`;
      if (!values.anew && readResults().ablations[key] !== undefined) continue;
      const { validationNll, testNll, seconds } = await run(earthEvents(set, seed), seed);
      updateResults(({ ablations }) => {
        ablations[key] = { set, seed, what, validationNll, testNll, seconds };
      });
      note(`${key}: ${testNll.toFixed(3)} nats after ${seconds.toFixed(0)} s`);
    }

if (wanted('maps')) await drawEarth();

if (wanted('table')) {
  updateResults((results) => {
    Object.assign(results, {
      command: 'npx tsx bench/earth/main.ts',
      what: 'negative log-likelihood in nats of held-out events on S²; each seed has its own split .8/.1/.1, weights and noise',
      versions: { node: process.version, 'tfjs-mvl': VERSION, tfjs: tf.version.tfjs, backend: 'onnxruntime-node' },
      settings: { finest: FINEST, coarsest: COARSEST, widths: WIDTHS },
      means: summarise(results),
    });
  });
  const results = readResults();
  const tables = {
    likelihoods: likelihoodTable(results),
    ablations: ablationTable(
      results,
      VARIANTS.map(({ what }) => what),
    ),
  };
  fillTables(new URL('../../docs/earth.md', import.meta.url), tables);
  console.log(`${tables.likelihoods}\n\n${tables.ablations}`);
}
