import { sphere } from 'tfjs-mvl';
import { type Mixture, vonMisesFisherMixture } from './vonMisesFisherMixture.ts';

/** The two densities of the experiments of Wang et al. 2020 on S¹ and S². */
export const circle = (): Promise<Mixture> =>
  vonMisesFisherMixture(sphere(1), [
    { weight: 0.7, mean: [0, 1], kappa: 2 },
    { weight: 0.3, mean: [0.5, -0.5], kappa: 3 },
  ]);

export const globe = (): Promise<Mixture> =>
  vonMisesFisherMixture(sphere(2), [
    { weight: 0.07508, mean: [0.65084, 0.02519, -0.7588], kappa: 5.56713 },
    { weight: 0.07187, mean: [0.60033, 0.44404, -0.66516], kappa: 7.09592 },
    { weight: 0.53702, mean: [-0.20621, -0.63816, -0.74178], kappa: 6.61227 },
    { weight: 0.31603, mean: [0.92002, -0.18037, 0.34789], kappa: 2.14663 },
  ]);
