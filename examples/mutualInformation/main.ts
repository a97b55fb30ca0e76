/**
 * Mutual information from scores, against closed forms: of pairs whose energies are learnt at all noise levels, and of a noisy linear encoder that climbs the gradient
 * of its own entropy. `npx tsx examples/mutualInformation/main.ts`
 */
import * as tf from '@tensorflow/tfjs';
import { type Channel, infoMax, informationOf, waterFilling } from './infoMax.ts';
import { learnInformation } from './learn.ts';
import { gaussianPairs } from './pairs.ts';

tf.enableProdMode();
await tf.ready();

const laws = [1, 3].flatMap((d) => [0.3, 0.6, 0.9].map((rho) => gaussianPairs(d, rho)));
let failed = false;

console.log('I(X; Y) in nats        true   learnt ± standard error   by distance');
for (const [k, law] of [...laws, gaussianPairs(2, 0.8, 'sinh')].entries()) {
  const { value, standardError, distance } = await learnInformation(law, {
    pairs: 20_000,
    heldOut: 20_000,
    steps: 1000,
    batch: 256,
    seed: k + 1,
  });
  // Errors of the scores: a few percent; of the 20,000 pairs: three standard errors.
  const off = Math.abs(value - law.information) > 0.01 + 0.05 * law.information + 3 * standardError;
  const numbers = `${law.information.toFixed(3).padStart(7)}  ${value.toFixed(3).padStart(7)} ± ${standardError.toFixed(3)}`;
  console.log(`${law.name.padEnd(20)} ${numbers}          ${distance.value.toFixed(3)}${off ? '   OFF' : ''}`);
  failed ||= off;
}

const channel: Channel = { variances: [0.25, 4, 0.1, 0.5], outputs: 2, power: 2, noise: Math.sqrt(0.5) };
const best = waterFilling(channel);
const { first, last } = await infoMax(channel);
const [before, after] = [first, last].map((W) => informationOf(W, channel));
console.log(
  `an encoder of 4 coordinates in 2: ${before.toFixed(3)} nats at random, ${after.toFixed(4)} learnt, ${best.toFixed(4)} by water-filling`,
);
failed ||= Math.abs(after - best) > 0.01 * best;

if (failed) process.exitCode = 1;
