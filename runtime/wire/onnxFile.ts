import { all, decodeText, type Field, last, readFields, text } from './fields.ts';
import { ENTRY, GRAPH, MODEL, OPSET, TENSOR } from './proto.ts';
import { readValueInfo, type ValueInfo } from './valueInfo.ts';

/** What the runtime needs to know of an ONNX file, and its top-level fields for rewriting. */
export interface OnnxFile {
  readonly model: readonly Field[];
  readonly graph: readonly Field[];
  readonly irVersion: number;
  readonly producer: string;
  /** Version of each operator set, '' being ONNX's own. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: ReadonlySet<string>;
}

const start = (bytes: Uint8Array): string => decodeText(bytes.subarray(0, 16)).trimStart();

function guess(bytes: Uint8Array): string {
  if (bytes.length === 0) return ' It is empty.';
  if (start(bytes).startsWith('<')) return ' It looks like a web page: is the address right?';
  if (start(bytes).startsWith('{'))
    return ' It looks like JSON: a tfjs model must be exported first, with exportEnergyModel or `tfjs-mvl export`.';
  return '';
}

function parse(bytes: Uint8Array): OnnxFile | null {
  const model = readFields(bytes);
  const body = last(model, MODEL.graph);
  if (body === undefined || last(model, MODEL.irVersion) === undefined) return null;
  const graph = readFields(body.payload);
  const pairs = (field: number) => all(model, field).map(readFields);
  return {
    model,
    graph,
    irVersion: last(model, MODEL.irVersion)!.value,
    producer: text(model, MODEL.producerName),
    opsets: new Map(pairs(MODEL.opsetImport).map((entry) => [text(entry, OPSET.domain), last(entry, OPSET.version)?.value ?? 0])),
    metadata: new Map(pairs(MODEL.metadataProps).map((entry) => [text(entry, ENTRY.key), text(entry, ENTRY.value)])),
    inputs: all(graph, GRAPH.input).map(readValueInfo),
    outputs: all(graph, GRAPH.output).map(readValueInfo),
    initializers: new Set(all(graph, GRAPH.initializer).map((tensor) => text(readFields(tensor), TENSOR.name))),
  };
}

/**
 * Reads the top level of an ONNX file; weights are not copied.
 *
 * @param where what the bytes came from, for the message
 * @throws Error where the bytes are no ONNX file or are cut short
 */
export function readOnnxFile(bytes: Uint8Array, where: string): OnnxFile {
  const refuse = (why: string, cause?: unknown) =>
    new Error(`loadModel: ${where} (${bytes.length} bytes) is not a whole ONNX file${why}.${guess(bytes)}`, { cause });
  let file: OnnxFile | null;
  try {
    file = parse(bytes);
  } catch (error) {
    throw refuse(`: ${(error as Error).message}; it may be cut short`, error);
  }
  if (file === null) throw refuse(': it has no graph');
  return file;
}
