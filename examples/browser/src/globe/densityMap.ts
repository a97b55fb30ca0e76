import type { LoadedModel } from 'tfjs-mvl/runtime';

/** Log-densities in nats per steradian at the middles of a grid, north first, from −180° eastwards. */
export interface DensityMap {
  readonly width: number;
  readonly height: number;
  readonly logDensity: Float32Array;
  /** log ∫ exp(−E) in nats: minus it, energies become log-densities. */
  readonly logPartition: number;
}

/** Points of the grid, row by row. */
function gridPoints(width: number, height: number): Float32Array<ArrayBuffer> {
  const points = new Float32Array(3 * width * height);
  for (let row = 0, at = 0; row < height; row++) {
    const latitude = Math.PI * (0.5 - (row + 0.5) / height);
    for (let column = 0; column < width; column++, at += 3) {
      const longitude = 2 * Math.PI * ((column + 0.5) / width - 0.5);
      points[at] = Math.cos(latitude) * Math.cos(longitude);
      points[at + 1] = Math.cos(latitude) * Math.sin(longitude);
      points[at + 2] = Math.sin(latitude);
    }
  }
  return points;
}

/** The density of an energy on the sphere, normalised by the sum over the grid. */
export async function densityMap(model: LoadedModel, height: number): Promise<DensityMap> {
  const width = 2 * height;
  const energies = await model.energy(gridPoints(width, height));
  const least = energies.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const cell = ((2 * Math.PI) / width) * (Math.PI / height);
  const total = energies.reduce((sum, energy, i) => {
    const latitude = Math.PI * (0.5 - (Math.floor(i / width) + 0.5) / height);
    return sum + Math.exp(least - energy) * Math.cos(latitude) * cell;
  }, 0);
  const logPartition = Math.log(total) - least;
  return { width, height, logDensity: energies.map((energy) => -energy - logPartition), logPartition };
}
