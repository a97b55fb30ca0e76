import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { heatSteps } from '../../../plugin/manifolds/heatSteps.ts';
import { hyperbolic } from '../../../plugin/manifolds/hyperbolic.ts';
import type { Manifold } from '../../../plugin/manifolds/manifold.ts';
import { product } from '../../../plugin/manifolds/product.ts';
import { simplex } from '../../../plugin/manifolds/simplex.ts';
import { smooth } from '../../../plugin/manifolds/smooth.ts';
import { so3 } from '../../../plugin/manifolds/so3.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { torus } from '../../../plugin/manifolds/torus.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import '../../support/wasm.ts';

const N = 6000;

interface HeatCase {
  readonly what: string;
  readonly manifold: Manifold;
  readonly from: readonly number[];
  readonly sigma: number;
  readonly of: (x: tf.Tensor2D, y: tf.Tensor2D) => tf.Tensor;
  readonly expected: number;
  /** Error that `heatSteps` allows, absolute. Default 1e-3. */
  readonly tolerance?: number;
  /** Whether a single uncorrected geodesic step is right too; null: it is wrong by less than these few points show. Default false. */
  readonly plain?: boolean | null;
}

const inner = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.sum(tf.mul(x, y), 1);
const cosh = (manifold: Manifold) => (x: tf.Tensor2D, y: tf.Tensor2D) => tf.cosh(manifold.dist(x, y));
const first = (x: tf.Tensor2D, count: number) => tf.slice(x, [0, 0], [-1, count]) as tf.Tensor2D;
/** S² as one who does not know its curvature. */
const { ricci: _, ...unknown } = sphere(2);
const mixed = product(sphere(2), torus(1), euclidean(1));

// Eigenfunctions f of the Laplacian with Δf = −λf have the mean e^(−λσ²/2) f(x).
const cases: HeatCase[] = [
  { what: '⟨x, y⟩, λ = n', manifold: sphere(2), from: [0.6, 0, 0.8], sigma: 1, of: inner, expected: Math.exp(-1) },
  { what: '⟨x, y⟩ half as far', manifold: sphere(2), from: [0, 0, 1], sigma: 0.7, of: inner, expected: Math.exp(-0.49) },
  {
    what: 'the second Legendre polynomial, λ = 6',
    manifold: sphere(2),
    from: [0, 1, 0],
    sigma: 0.7,
    of: (x, y) => tf.sub(tf.mul(1.5, tf.square(inner(x, y))), 0.5),
    expected: Math.exp(-3 * 0.49),
  },
  { what: '⟨x, y⟩, λ = n', manifold: sphere(5), from: [1, 0, 0, 0, 0, 0], sigma: 1, of: inner, expected: Math.exp(-2.5) },
  // tr RᵀQ = 1 + 2 cos θ is the character of l = 1, λ = l(l + 1) where dist is the angle.
  { what: 'the trace, λ = 2', manifold: so3(), from: [1, 0, 0, 0, 1, 0, 0, 0, 1], sigma: 1, of: inner, expected: 3 * Math.exp(-1) },
  {
    what: 'cosh d, λ = −n',
    manifold: hyperbolic(2),
    from: [1, 0, 0],
    sigma: 1,
    of: cosh(hyperbolic(2)),
    expected: Math.E,
    tolerance: 3e-3,
  },
  {
    what: 'cosh d, λ = −n',
    manifold: hyperbolic(3, { model: 'poincare' }),
    from: [0.3, -0.2, 0.1],
    sigma: 0.8,
    of: cosh(hyperbolic(3, { model: 'poincare' })),
    expected: Math.exp(1.5 * 0.64),
    tolerance: 3e-3,
  },
  // p = u²/4 on the sphere of radius 2 is 1/3 and a harmonic of degree 2, λ = 2 · 3 / 4.
  {
    what: 'p₁, λ = 3/2',
    manifold: simplex(2),
    from: [0.7, 0.2, 0.1],
    sigma: 1.5,
    of: (_x, y) => first(y, 1),
    expected: 1 / 3 + (0.7 - 1 / 3) * Math.exp(-0.75 * 1.5 ** 2),
    plain: null,
  },
  {
    what: 'cos, λ = 1',
    manifold: torus(2),
    from: [1, 0, 0, 1],
    sigma: 1,
    of: (x, y) => tf.div(inner(x, y), 2),
    expected: Math.exp(-0.5),
    plain: true,
  },
  {
    what: '|y − x|²',
    manifold: euclidean(3),
    from: [1, 2, 3],
    sigma: 1,
    of: (x, y) => tf.sum(tf.square(tf.sub(y, x)), 1),
    expected: 3,
    plain: true,
  },
  {
    what: '⟨x, y⟩ of the sphere',
    manifold: mixed,
    from: [0, 0, 1, 1, 0, 5],
    sigma: 1,
    of: (x, y) => inner(first(x, 3), first(y, 3)),
    expected: Math.exp(-1),
  },
  {
    what: '⟨x, y⟩, the curvature not stated',
    manifold: unknown,
    from: [0, 0, 1],
    sigma: 1,
    of: inner,
    expected: Math.exp(-1),
    tolerance: 1e-2,
  },
];

const rows = (point: readonly number[]) => tf.tile(tf.tensor2d([[...point]]), [N, 1]) as tf.Tensor2D;
const draw = (columns: number, seed: number) => drawNoise(gaussian(), [N, columns], randomStream(seed)) as tf.Tensor2D;

/** Distance of a sample mean from what it should be, and its standard error. */
function deviation(values: tf.Tensor, expected: number) {
  const { mean, variance } = tf.moments(values);
  return { off: Math.abs(mean.dataSync()[0] - expected), error: Math.sqrt(variance.dataSync()[0] / N) };
}

describe('smooth draws from the heat kernel', () => {
  it.each(cases)('$manifold.name, $what, σ = $sigma', ({ manifold, from, sigma, of, expected, tolerance = 1e-3, plain = false }) => {
    tf.tidy(() => {
      const steps = heatSteps(manifold, sigma);
      const x = rows(from);
      const y = smooth(manifold, x, sigma, draw(steps * from.length, 1));
      const { off, error } = deviation(of(x, y), expected);
      expect(off).toBeLessThan(4 * error + tolerance);
      if (plain === null) return;
      // One plain step, exp_x(σζ), is right on flat manifolds only.
      const tangents = manifold.randomTangent ?? manifold.tangent;
      const once = deviation(of(x, manifold.exp(x, tf.mul(sigma, tangents(x, draw(from.length, 2))))), expected);
      expect(once.off < 4 * once.error + tolerance).toBe(plain);
    });
  });

  it('to the order σ⁴ in one step', () => {
    tf.tidy(() => {
      // Quantiles of the length of ζ on S², √(−2 log(1 − u)), leave no sampling error. A plain step is off by 9e-3, a corrected one by 3.2e-4.
      const nodes = 4000;
      const noise = Array.from({ length: nodes }, (_, i) => [Math.sqrt(-2 * Math.log(1 - (i + 0.5) / nodes)), 0, 0]);
      const x = tf.tile(tf.tensor2d([[0, 0, 1]]), [nodes, 1]) as tf.Tensor2D;
      const mean = tf.mean(inner(x, smooth(sphere(2), x, 0.5, tf.tensor2d(noise)))).dataSync()[0];
      expect(Math.abs(mean - Math.exp(-0.25))).toBeLessThan(5e-4);
    });
  });

  it('each point at its own width', () => {
    tf.tidy(() => {
      const x = rows([0, 0, 1]);
      const near = tf.step(tf.sub(tf.range(0, N), N / 2)) as tf.Tensor1D;
      const sigma = tf.expandDims(tf.sub(1, tf.mul(0.7, near)), 1) as tf.Tensor2D;
      const y = smooth(sphere(2), x, sigma, draw(3 * heatSteps(sphere(2), 1), 3));
      const halves = [0, N / 2].map((start) => tf.slice(inner(x, y), [start], [N / 2]));
      for (const [i, width] of [1, 0.3].entries()) {
        const { off, error } = deviation(halves[i], Math.exp(-(width ** 2)));
        expect(off).toBeLessThan(4 * Math.SQRT2 * error + 1e-3);
      }
    });
  });

  it('refuses noise that is no whole number of steps', () => {
    expect(() => smooth(sphere(2), tf.zeros([2, 3]), 1, tf.zeros([2, 7]))).toThrow(
      'smooth: for points of 3 columns the noise must have 3 columns for each step; it has 7.',
    );
  });

  it('leaves no tensors behind', () => {
    const [x, noise] = [tf.tensor2d([[0, 0, 1]]), tf.zeros([1, 12]) as tf.Tensor2D];
    const before = tf.memory().numTensors;
    smooth(sphere(2), x, 1, noise).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** E cos(w|ζ|) for ζ standard normal in n dimensions, by its series in w²; cosh for negative w². */
function factor(n: number, square: number): number {
  let [sum, term] = [0, 1];
  for (let k = 0; k < 100; k++) {
    sum += term;
    term *= (-square * (n + 2 * k)) / ((2 * k + 1) * (2 * k + 2));
  }
  return sum;
}

describe('heatSteps', () => {
  // A step of width w multiplies the mean of cos d on Sⁿ, or cosh d on Hⁿ, by `factor`: the walk's error in closed form.
  it.each([1, -1].flatMap((sign) => [2, 3, 5, 10, 30].flatMap((n) => [0.3, 0.5, 1, 1.5].map((sigma) => [sign, n, sigma] as const))))(
    'keeps the tolerance at curvature %d in dimension %d at σ = %d',
    (sign, n, sigma) => {
      const manifold = sign > 0 ? sphere(n) : hyperbolic(n);
      const k = heatSteps(manifold, sigma);
      const s = sigma / Math.sqrt(k);
      const width = s * Math.exp((-(s ** 2) * (manifold.ricci as number)) / 12);
      const truth = Math.exp((-sign * n * sigma ** 2) / 2);
      const error = Math.abs(factor(n, sign * width ** 2) ** k - truth) / Math.max(1, truth);
      expect(error).toBeLessThan(1e-3);
      // Ten times as exact takes about √10 times as many.
      expect(heatSteps(manifold, sigma, 1e-4)).toBeLessThan(3.2 * k + 1);
    },
  );

  it('takes one step on flat manifolds, and few for narrow kernels', () => {
    for (const manifold of [euclidean(), euclidean(3), torus(2), sphere(1), product(torus(1), euclidean(2))])
      expect(heatSteps(manifold, 10)).toBe(1);
    expect(heatSteps(sphere(2), 0.3)).toBe(1);
    expect(heatSteps(product(sphere(2), euclidean(1)), 1)).toBe(heatSteps(sphere(2), 1));
    expect(heatSteps(product(unknown, euclidean(1)), 1)).toBeGreaterThan(heatSteps(sphere(2), 1));
  });

  it('refuses widths that are not positive', () => {
    expect(() => heatSteps(sphere(2), 0)).toThrow('heatSteps: sigma and tolerance must be positive numbers; got 0 and 0.001.');
  });
});
