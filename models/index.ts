export { type BumpEnergyOptions, bumpEnergy, type MlpEnergyOptions, mlpEnergy } from './energies/index.ts';
