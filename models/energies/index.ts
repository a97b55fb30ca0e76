export { type MlpEnergyOptions, mlpEnergy } from '../../plugin/energy/mlpEnergy.ts';
