export type { Card } from './card.ts';
export { type EnergyExportOptions, exportEnergyModel } from './exportEnergyModel.ts';
export { type Exported, type ExportOptions, exportOnnx } from './exportOnnx.ts';
export { exportSamplerStep } from './exportSamplerStep.ts';
export type { Graph } from './ir/graph.ts';
export { print } from './ir/print.ts';
export { checkParity, type OutputParity, type ParityOptions, type ParityReport } from './parity/checkParity.ts';
export type { ParityErrors } from './parity/errors.ts';
export type { ExportTarget, InputSpec } from './trace/targets.ts';
