import type { Manifold } from './manifold.ts';

/** Whether a manifold is R^d with its usual metric. */
export const isFlat = (manifold: Manifold): boolean => /^euclidean(:|$)/.test(manifold.name);
