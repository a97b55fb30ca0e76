import { readFileSync, writeFileSync } from 'node:fs';
import { fillTables } from '../pageTables.ts';
import { trainingStepPlot } from '../plots/trainingStepPlot.ts';
import { memoryReport, report, startReport } from './report.ts';

/** Puts the last full run into bench/README.md, and draws it: `npx tsx bench/trainingStep/draw.ts`. */
const { peers, cases } = JSON.parse(readFileSync('bench/results/trainingStep.json', 'utf8'));

const tables = { times: report(peers, cases), 'first steps': startReport(peers, cases), memory: memoryReport(peers, cases) };
fillTables(new URL('../README.md', import.meta.url), tables);
writeFileSync('docs/images/training-step.svg', trainingStepPlot(peers, cases));
