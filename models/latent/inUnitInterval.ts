/** Whether the likelihood of that name has its data in [0, 1]. Apart from the likelihoods, for who reads names and has no tfjs. */
export const inUnitInterval = (likelihood: string): boolean => likelihood.startsWith('bernoulli') || likelihood.endsWith(':unit');
