import { type EnergyExportOptions, exportEnergyModel } from '../exporters/exportEnergyModel.ts';
import { checkParity } from '../exporters/parity/checkParity.ts';
import type { EnergyModel } from '../plugin/energy/energyModel.ts';
import { writeAtomically } from '../plugin/training/writeAtomically.ts';
import { findOnnxruntime } from './load.ts';
import { logPartition } from './normalise.ts';
import { type Written, written } from './written.ts';

/** Exports a model, compares it with tfjs in onnxruntime where that is installed, and only then writes the file. */
export async function writeModelFile(model: EnergyModel, path: string, options: EnergyExportOptions): Promise<Written> {
  const logZ = await logPartition(model);
  const exported = await exportEnergyModel(model, { ...options, metadata: { ...(logZ !== null && { logPartition: logZ }) } });
  const ort = await findOnnxruntime();
  const report = ort && (await checkParity(exported, model, { ort }));
  if (report && !report.passed) {
    const errors = Object.entries(report.outputs).map(([name, { tfjs }]) => `${name} ${tfjs.maxRelative.toExponential(1)}`);
    throw new Error(
      `The exported model does not compute what tfjs does, so ${path} was not written: relative errors ${errors.join(', ')} in ${report.runtime} ` +
        `(allowed ${report.tolerance}).`,
    );
  }
  await writeAtomically(path, exported.bytes);
  const worst = report && Math.max(...Object.values(report.outputs).map(({ tfjs }) => tfjs.maxRelative));
  return written(path, exported.bytes, report && { worst: worst as number, runtime: report.runtime });
}
