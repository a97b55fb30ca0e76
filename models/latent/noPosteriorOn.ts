import type { Manifold } from '../../plugin/manifolds/manifold.ts';

/** What a variational autoencoder says of a latent manifold that it has no posterior on. */
export const noPosteriorOn = ({ name }: Manifold, where: string): Error =>
  new Error(
    `${where}: codes are on euclidean(n) or sphere(n); got ${name}. For another manifold of finite volume, such as torus(n), use wae.`,
  );
