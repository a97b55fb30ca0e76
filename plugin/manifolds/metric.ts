import type { Tensor2D } from '@tensorflow/tfjs';
import type { Manifold } from './manifold.ts';

/** `manifold.gradient`, or the projection that stands in for it. */
export const riemannianGradient = (manifold: Manifold, x: Tensor2D, g: Tensor2D): Tensor2D =>
  manifold.gradient === undefined ? manifold.tangent(x, g) : manifold.gradient(x, g);

/** `manifold.randomTangent`, or the projection that stands in for it. */
export const randomTangent = (manifold: Manifold, x: Tensor2D, noise: Tensor2D): Tensor2D =>
  manifold.randomTangent === undefined ? manifold.tangent(x, noise) : manifold.randomTangent(x, noise);
