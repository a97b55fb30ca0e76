import { type Manifold, parseManifold } from '../../../plugin/index.ts';
import { isFlat } from '../../../plugin/manifolds/isFlat.ts';
import { isSphere } from '../../../plugin/manifolds/isSphere.ts';
import { asInput, InputError } from '../../errors.ts';
import { LATENT_MODELS, type LatentName } from '../names.ts';

/** Manifolds that a kind of model can have its codes on. */
interface Places {
  /** As messages say it. */
  readonly said: string;
  have(latent: Manifold): boolean;
}

/** A posterior is a law of its own on each manifold. */
const laws: Places = { said: 'euclidean:n or sphere:n', have: (latent) => isFlat(latent) || isSphere(latent) };

/** A deterministic encoder needs a prior alone: a normal one, or the uniform one. */
const priors: Places = {
  said: 'euclidean:n or a manifold of finite volume, such as sphere:n, torus:n or so3',
  have: (latent) => isFlat(latent) || latent.logVolume !== null,
};

export const PLACES: Readonly<Record<LatentName, Places>> = {
  'implicit-vae': laws,
  'explicit-vae': laws,
  'wae-mvl': priors,
  'wae-gan': priors,
  'wae-mmd': priors,
};

/**
 * Where codes are.
 *
 * @param name as `--latent` has it
 * @throws InputError where there is no such manifold, where the model cannot have codes on it, and where it leaves its dimension open
 */
export async function latentPlace(model: LatentName, name: string | undefined): Promise<Manifold> {
  if (name === undefined)
    throw new InputError(`--model ${model}: give --latent too, where codes are: sphere:2, euclidean:8 or another manifold.`);
  const latent = await asInput(() => parseManifold(name));
  if (!PLACES[model].have(latent)) {
    const others = LATENT_MODELS.filter((other) => PLACES[other].have(latent));
    const n = latent.dim ?? 2;
    throw new InputError(
      `--latent ${name}: --model ${model} has codes on ${PLACES[model].said}. Give --latent euclidean:${n} or sphere:${n}` +
        (others.length === 0 ? '; no model has codes on this one.' : `, or --model ${others.join(', ')}, which have codes on this one.`),
    );
  }
  if (latent.ambientDim === null) throw new InputError(`--latent ${name}: say how many dimensions codes have, such as ${name}:8.`);
  return latent;
}
