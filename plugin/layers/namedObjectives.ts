import { contrastiveDivergence } from '../losses/contrastiveDivergence.ts';
import { type DenoisingOptions, denoisingScoreMatching } from '../losses/denoisingScoreMatching.ts';
import { exactScoreMatching } from '../losses/exactScoreMatching.ts';
import { mvlLd } from '../losses/mvlLd.ts';
import { mvlRld } from '../losses/mvlRld.ts';
import type { Objective } from '../losses/objective.ts';
import { slicedScoreMatching } from '../losses/slicedScoreMatching.ts';
import { ssmVr } from '../losses/ssmVr.ts';
import { isFlat } from '../manifolds/isFlat.ts';
import type { Manifold } from '../manifolds/manifold.ts';

/** Settings of a loss as a saved model has them: plain JSON, such as `{ epsilon: 0.01, noise: 'rademacher' }`. */
export type LossSettings = Readonly<Record<string, unknown>>;

type Make = (manifold: Manifold, settings: LossSettings) => Objective;

/** A loss that is a mean of a term for each sample, by the name of the function that makes it. */
export type LossName =
  | 'contrastiveDivergence'
  | 'denoisingScoreMatching'
  | 'exactScoreMatching'
  | 'mvlLd'
  | 'mvlRld'
  | 'slicedScoreMatching'
  | 'ssmVr';

const OBJECTIVES: Readonly<Record<LossName, Make>> = {
  mvlLd: (_, settings) => mvlLd(settings),
  mvlRld: (manifold, settings) => mvlRld({ ...settings, manifold }),
  ssmVr: (manifold, settings) => ssmVr({ ...settings, manifold }),
  slicedScoreMatching: (manifold, settings) => slicedScoreMatching({ ...settings, manifold }),
  exactScoreMatching: (manifold) => exactScoreMatching(manifold),
  denoisingScoreMatching: (manifold, settings) => denoisingScoreMatching({ ...settings, manifold } as DenoisingOptions),
  contrastiveDivergence: (manifold, settings) => contrastiveDivergence({ ...settings, manifold }),
};

/** An objective with terms. */
export type TermedObjective = Objective & { readonly terms: NonNullable<Objective['terms']> };

/** What JSON keeps as it is. */
const isPlain = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value)) && Object.values(value).every(isPlain)
    : ['number', 'string', 'boolean'].includes(typeof value);

/**
 * @throws Error for unknown names, and for `mvlLd` off flat space; TypeError for settings that are not plain JSON; as the loss itself does
 */
export function namedObjective(where: string, name: LossName, manifold: Manifold, settings: LossSettings): TermedObjective {
  if (!Object.hasOwn(OBJECTIVES, name))
    throw new Error(
      `${where}: unknown loss ${JSON.stringify(name)}; expected one of ${Object.keys(OBJECTIVES).join(', ')}. ` +
        'Losses of points that act on each other have no term for each sample: train with energyModel.',
    );
  const unsaved = Object.keys(settings).find((key) => key === 'manifold' || key === 'dynamics' || !isPlain(settings[key]));
  if (unsaved !== undefined)
    throw new TypeError(
      `${where}: options.${unsaved} is nothing that is saved with a model; options are numbers, strings, lists and records of them.`,
    );
  if (name === 'mvlLd' && !isFlat(manifold)) throw new Error(`${where}: mvlLd is for flat space; on ${manifold.name} use mvlRld.`);
  return OBJECTIVES[name](manifold, settings) as TermedObjective;
}
