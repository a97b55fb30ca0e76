import { writeFileSync } from 'node:fs';
import { fillTables, markdownTable } from '../pageTables.ts';
import { METHODS } from './methods.ts';
import { entropyPlot } from './plot.ts';
import { readResults } from './results.ts';

/** Draws the curves of bench/results/entropy.json as docs/images/entropy.svg, and puts their ends into docs/mnist.md: `npx tsx bench/entropy/draw.ts`. */
const { methods } = readResults();
writeFileSync(new URL('../../docs/images/entropy.svg', import.meta.url), entropyPlot(methods));
const rows = Object.entries(METHODS).map(([name, { title }]) => {
  const { curve = [], steps, millisecondsPerStep } = methods[name] ?? {};
  const end = curve.at(-1);
  if (end === undefined || steps === undefined || millisecondsPerStep === undefined) return [title, 'not run yet', '', ''];
  return [title, end.nll.toFixed(2), steps.toLocaleString('en'), millisecondsPerStep.toFixed(1)];
});
const entropy = markdownTable(['estimate', 'NLL at the end, nats', 'steps', 'milliseconds a step'], rows, 'right');
fillTables(new URL('../../docs/mnist.md', import.meta.url), { entropy });
console.log(entropy);
