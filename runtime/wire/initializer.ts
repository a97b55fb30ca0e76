import { all, last, readFields, text } from './fields.ts';
import type { OnnxFile } from './onnxFile.ts';
import { GRAPH, TENSOR } from './proto.ts';

/** The bytes of some initializers of a file, little-endian in row-major order, by name: views, not copies. Those that the file lacks are left out. */
export function initializerBytes(file: OnnxFile, names: readonly string[]): Map<string, Uint8Array> {
  const wanted = new Set(names);
  const found = new Map<string, Uint8Array>();
  for (const tensor of all(file.graph, GRAPH.initializer).map(readFields)) {
    const name = text(tensor, TENSOR.name);
    if (wanted.has(name)) found.set(name, last(tensor, TENSOR.rawData)?.payload ?? new Uint8Array(0));
  }
  return found;
}
