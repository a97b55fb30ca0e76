import { readFileSync, writeFileSync } from 'node:fs';
import { trainingStepPlot } from '../plots/trainingStepPlot.ts';
import { memoryReport, report, startReport } from './report.ts';

/** Puts the last full run into bench/README.md, and draws it: `npx tsx bench/trainingStep/draw.ts`. */
const { peers, cases } = JSON.parse(readFileSync('bench/results/trainingStep.json', 'utf8'));
const README = 'bench/README.md';

const between = (text: string, name: string, content: string): string => {
  const [from, to] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [before, rest] = text.split(from);
  if (rest === undefined || !rest.includes(to)) throw new Error(`${README} must hold ${from} and ${to}`);
  return `${before}${from}\n\n${content}\n\n${to}${rest.split(to)[1]}`;
};

const tables = { times: report(peers, cases), 'first steps': startReport(peers, cases), memory: memoryReport(peers, cases) };
writeFileSync(
  README,
  Object.entries(tables).reduce((text, [name, table]) => between(text, name, table), readFileSync(README, 'utf8')),
);
writeFileSync('docs/images/training-step.svg', trainingStepPlot(peers, cases));
