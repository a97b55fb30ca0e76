export { type BumpEnergyOptions, bumpEnergy } from '../../plugin/energy/bumpEnergy.ts';
export { type MlpEnergyOptions, mlpEnergy } from '../../plugin/energy/mlpEnergy.ts';
