export { type MlpEnergyOptions, mlpEnergy } from './energies/index.ts';
