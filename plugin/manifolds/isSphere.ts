import type { Manifold } from './manifold.ts';

/** Whether a manifold is the unit sphere with its round metric. */
export const isSphere = (manifold: Manifold): boolean => /^sphere:/.test(manifold.name);
