import { type EnergyExportOptions, exportEnergyModel } from '../exporters/exportEnergyModel.ts';
import { checkParity } from '../exporters/parity/checkParity.ts';
import type { EnergyModel } from '../plugin/energy/energyModel.ts';
import { writeAtomically } from '../plugin/training/writeAtomically.ts';
import { findOnnxruntime } from './load.ts';
import { logPartition } from './normalise.ts';
import { kilobytes } from './text.ts';

/** Exports a model, compares it with tfjs in onnxruntime where that is installed, and only then writes the file. */
export async function writeModelFile(model: EnergyModel, path: string, options: EnergyExportOptions): Promise<{ summary: string }> {
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
  const parity = report
    ? `agrees with tfjs to ${Math.max(...Object.values(report.outputs).map(({ tfjs }) => tfjs.maxRelative)).toExponential(1)} in ${report.runtime}`
    : 'not compared with tfjs: onnxruntime-node is not installed';
  return { summary: `wrote ${path}, ${kilobytes(exported.bytes.length)}; ${parity}` };
}
