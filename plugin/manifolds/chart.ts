import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';

/**
 * Coordinates of a manifold, for the intrinsic route of Riemannian Langevin dynamics (Wang et al. 2020).
 * `side` names, for each point, which chart of the atlas it is seen through; a step leaves and lands in the same one.
 */
export interface Chart {
  /** Coordinates `[batch, dim]` and side `[batch, 1]` of points `[batch, m]`. */
  encode(y: Tensor2D): { x: Tensor2D; side: Tensor2D };
  /** Points `[batch, m]` of coordinates. */
  decode(x: Tensor2D, side: Tensor2D): Tensor2D;
  /** G⁻¹ v for covectors v, `[batch, dim]`. */
  raise(x: Tensor2D, v: Tensor2D): Tensor2D;
  /** A draw of N(0, G⁻¹) from z ~ N(0, I), `[batch, dim]`: G^(−1/2) z. */
  colour(x: Tensor2D, z: Tensor2D): Tensor2D;
  /** The drift of Brownian motion in these coordinates, ½ gⁱʲ ∂ⱼ log|G| + ∂ₖ gⁱᵏ, `[batch, dim]`. */
  volumeDrift(x: Tensor2D): Tensor2D;
  /** log √|G|, `[batch]`. */
  logVolumeElement(x: Tensor2D): Tensor1D;
}
