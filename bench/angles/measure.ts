import { circlePoints } from '../../examples/angles/circlePoints.ts';
import { type AngleOptions, fitAngles } from '../../examples/angles/fit.ts';
import { type Energy, kernelDensity, klDivergence, type Manifold, negativeLogLikelihood, torusQuadrature } from '../../plugin/index.ts';

export type Angles = readonly (readonly number[])[];

export interface Measured {
  readonly points: number;
  readonly heldOut: number;
  /** Means of −log p over the points held out, in nats. */
  readonly learnt: number;
  readonly kernels: number;
  /** Of the true density, where it is known. */
  readonly truth: number | null;
  /** KL(p‖q) in nats of what was learnt, by quadrature, where p is known. */
  readonly divergence: number | null;
  /** Width 1/√κ of the kernels, in radians. */
  readonly kernelWidth: number;
  readonly seconds: { readonly fit: number; readonly kernels: number };
}

/** Cross-validation of the kernels' width: folds, and points that are scored. */
const [FOLDS, SCORED] = [5, 4000];

/** Learns a density from angles, and measures it on others beside one of kernels. */
export async function measure(
  manifold: Manifold,
  { train, test }: { readonly train: Angles; readonly test: Angles },
  options: AngleOptions,
  truth: Energy | null,
): Promise<Measured & { readonly energy: Energy }> {
  const rule = torusQuadrature(manifold);
  const start = performance.now();
  const energy = await fitAngles(train, manifold, options);
  const fitted = performance.now();
  const [points, heldOut] = [circlePoints(train), circlePoints(test)];
  const kernels = kernelDensity(points, { manifold, folds: FOLDS, scored: Math.min(SCORED, points.length) });
  const kernelLikelihood = kernels.negativeLogLikelihood(heldOut);
  const seconds = { fit: (fitted - start) / 1000, kernels: (performance.now() - fitted) / 1000 };
  const tight = { tolerance: 1e-4 };
  return {
    points: train.length,
    heldOut: test.length,
    learnt: await negativeLogLikelihood(energy, heldOut, rule, tight),
    kernels: kernelLikelihood,
    truth: truth && (await negativeLogLikelihood(truth, heldOut, rule, tight)),
    divergence: truth && (await klDivergence(truth, energy, rule, tight)),
    kernelWidth: 1 / Math.sqrt(kernels.kappa),
    seconds,
    energy,
  };
}
