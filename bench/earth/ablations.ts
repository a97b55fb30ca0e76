import { toSphere } from '../../examples/maps/places.ts';
import type { Events } from '../../examples/maps/splitEvents.ts';
import { bumpEnergy, mlpEnergy } from '../../models/index.ts';
import { conditionalEnergy, mvlBirthDeath } from '../../plugin/index.ts';
import type { EarthSet } from './events.ts';
import { COARSE, manifold, trainNetwork } from './network.ts';
import { FINEST } from './settings.ts';
import { type TrainOptions, trainEarth } from './train.ts';

export interface Outcome {
  readonly validationNll: number;
  readonly testNll: number;
  readonly seconds: number;
}

export interface Variant {
  readonly what: string;
  readonly sets: readonly EarthSet[];
  readonly run: (events: Events, seed: number) => Promise<Outcome>;
}

const ALL = ['volcano', 'earthquake'] as const;

const kernels = (what: string, options: TrainOptions): Variant => ({
  what,
  sets: ALL,
  run: (events, seed) => trainEarth(events, { ...options, seed }),
});

/** Noise levels of the conditioned network. */
const LEVELS = { from: 1, to: COARSE };

/** Of the density estimate by which birth and death go, in radians. */
const BANDWIDTH = 0.05;

const bumps = (events: Events, seed: number, count: number) =>
  bumpEnergy({ manifold, bumps: count, width: 0.3, seed, points: events.train.map(toSphere) });

const network = (what: string, run: Variant['run'], sets: readonly EarthSet[] = ['earthquake']): Variant => ({ what, sets, run });

/** What was tried, one change at a time: first of the kernels, then other energies. */
export const VARIANTS: readonly Variant[] = [
  kernels('kernels: as in the table', {}),
  kernels('one noise level, the finest', { from: FINEST }),
  kernels('no event left out', { leaveOneOut: false }),
  kernels('three widths', { widths: [0.002, 0.02, 0.2] }),
  kernels('one width', { widths: [0.01] }),
  kernels('widths alike where crowded and where not', { exponent: 0, trainExponent: false }),
  kernels('without averaging', { averaging: null }),
  kernels('each kernel with masses of its own', { ownMasses: true }),
  network('256 bumps, as in the demo, down to 130 km', (events, seed) =>
    trainNetwork(events, { network: bumps(events, seed, 256), rate: 0.03, seed }),
  ),
  network('the same without averaging', (events, seed) =>
    trainNetwork(events, { network: bumps(events, seed, 256), rate: 0.03, seed, averaging: null }),
  ),
  network('the same at the finest noise level from the start', (events, seed) =>
    trainNetwork(events, { network: bumps(events, seed, 256), rate: 0.03, seed, smoothing: COARSE }),
  ),
  network('the same with birth and death', (events, seed) =>
    trainNetwork(events, {
      network: bumps(events, seed, 256),
      rate: 0.03,
      seed,
      loss: (epsilon: number) => mvlBirthDeath({ manifold, epsilon, noise: 'rademacher', bandwidth: BANDWIDTH }),
    }),
  ),
  network('1024 bumps', (events, seed) => trainNetwork(events, { network: bumps(events, seed, 1024), rate: 0.03, seed })),
  network('MLP of 2 × 128 on Fourier features', (events, seed) =>
    trainNetwork(events, {
      network: mlpEnergy({ manifold, hidden: [128, 128], features: { frequencies: [1, 2, 4, 8, 16], count: 32 }, seed }),
      rate: 0.003,
      seed,
    }),
  ),
  network('MLP of 3 × 128 conditioned on the noise level', (events, seed) =>
    trainNetwork(events, { network: conditionalEnergy({ manifold, noiseLevels: LEVELS, seed }), noiseLevels: LEVELS, rate: 0.002, seed }),
  ),
];
