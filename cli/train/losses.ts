import { exactScoreMatching, type LossOption, type Manifold, mvlLd, mvlRld } from '../../plugin/index.ts';
import type { LossName, NoiseName } from './names.ts';

export interface LossSettings {
  readonly epsilon?: number | undefined;
  readonly noise: NoiseName;
}

/** The losses by their names on the command line. */
const makers: Readonly<Record<LossName, (manifold: Manifold, options: { epsilon?: number; noise: NoiseName }) => LossOption>> = {
  'mvl-rld': (manifold, options) => mvlRld({ manifold, ...options }),
  'mvl-ld': (_manifold, options) => mvlLd(options),
  exact: (manifold) => exactScoreMatching(manifold),
};

export const makeLoss = (name: LossName, manifold: Manifold, { epsilon, noise }: LossSettings): LossOption =>
  makers[name](manifold, { noise, ...(epsilon !== undefined && { epsilon }) });
