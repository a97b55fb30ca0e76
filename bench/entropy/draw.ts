import { writeFileSync } from 'node:fs';
import { entropyPlot } from './plot.ts';
import { readResults } from './results.ts';

/** Draws the curves of bench/results/entropy.json as docs/images/entropy.svg: `npx tsx bench/entropy/draw.ts`. */
writeFileSync(new URL('../../docs/images/entropy.svg', import.meta.url), entropyPlot(readResults().methods));
