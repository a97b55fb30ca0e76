import { type RandomStream, randomStream } from 'tfjs-mvl';

/** n pairs (x, y), `[n, d]` each as rows, with their mutual information in nats. */
export interface Pairs {
  readonly name: string;
  readonly d: number;
  readonly information: number;
  draw(n: number, seed: number): { readonly x: number[][]; readonly y: number[][] };
}

/** Standard deviation of sinh z for standard normal z. */
const OF_SINH = Math.sqrt((Math.exp(2) - 1) / 2);

/** Invertible maps of a coordinate, which change no mutual information. */
const maps = {
  none: (v: number) => v,
  /** Heavy tails on one side of the pair only: sinh, of deviation 1. */
  sinh: (v: number) => Math.sinh(v) / OF_SINH,
};

/** d independent pairs of standard normal coordinates with correlation ρ: I = −(d/2) log(1 − ρ²). */
export const gaussianPairs = (d: number, rho: number, map: keyof typeof maps = 'none'): Pairs => ({
  name: `${d} × ρ = ${rho}${map === 'none' ? '' : `, y through ${map}`}`,
  d,
  information: (-d / 2) * Math.log(1 - rho ** 2),
  draw: (n, seed) => {
    const { gaussian }: RandomStream = randomStream(seed, d);
    const x = Array.from({ length: n }, () => Array.from({ length: d }, gaussian));
    return { x, y: x.map((row) => row.map((v) => maps[map](rho * v + Math.sqrt(1 - rho ** 2) * gaussian()))) };
  },
});
