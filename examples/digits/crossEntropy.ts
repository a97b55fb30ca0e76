/** −Σ x log p + (1 − x) log(1 − p) in nats, of a grey image and means in [0, 1]. */
export const crossEntropy = (image: Float32Array, means: Float32Array): number =>
  image.reduce((sum, x, k) => sum - x * Math.log(means[k] + 1e-7) - (1 - x) * Math.log(1 - means[k] + 1e-7), 0);
