import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';

/** A Stein kernel between n points x and m points y, with its derivatives in closed form. All of them can be differentiated again. */
export interface SteinPairs {
  /** k(xᵢ, yⱼ), `[n, m]`. */
  matrix(): Tensor2D;
  /** ∇_y k(xᵢ, yⱼ), `[n, m, d]`. */
  gradient(): Tensor3D;
  /** Σⱼ ∇_y k(xᵢ, yⱼ), `[n, d]`, by a matrix product: without the n·m·d numbers of `gradient`. */
  gradientSum(): Tensor2D;
  /** ⟨uᵢ − vⱼ, ∇_y k(xᵢ, yⱼ)⟩, `[n, m]`, of a vector for each x and for each y, by products of matrices. */
  gradientAlong(u: Tensor2D, v: Tensor2D): Tensor2D;
  /** tr ∇ₓ∇_y k(xᵢ, yⱼ) = Σₐ ∂²k/∂xₐ∂yₐ, `[n, m]`. */
  trace(): Tensor2D;
}

/** A positive definite function of two points, for Stein's method: SVGD, SPOS, kernel Stein discrepancies. */
export interface SteinKernel {
  readonly name: string;
  /** Between points x `[n, d]` and y `[m, d]`. Call it inside `tf.tidy`: what the pairs have in common lives as long as that. */
  pairs(x: Tensor2D, y: Tensor2D): SteinPairs;
}
