import { readFile } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, type ValueInfoProto } from 'onnx-buf';
import { InputError } from '../errors.ts';
import { checkInput } from '../files.ts';

export interface ModelFile {
  readonly path: string;
  readonly size: number;
  readonly model: ModelProto;
}

/** ONNX files begin with the tag of their IR version. */
const START = 8;

/** @throws InputError where the file cannot be read or is not ONNX */
export async function readModel(path: string): Promise<ModelFile> {
  await checkInput(path, 'file');
  const bytes = await readFile(path).catch((error: Error) => {
    throw new InputError(`${path}: cannot be read: ${error.message}`, { cause: error });
  });
  const refuse = (why: string, cause?: unknown): InputError => {
    const what = bytes.length === 0 || bytes[0] === START ? `is no complete ONNX file: ${why}` : 'is no ONNX file';
    const expected = 'Expected one that `tfjs-mvl train` or `export` wrote, or another program.';
    return new InputError(`${path} (${bytes.length} bytes): ${what}. ${expected}`, { cause });
  };
  if (bytes.length === 0) throw refuse('it is empty');
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw refuse('it is cut short or damaged', error);
  }
  if (model.graph === undefined) throw refuse('it has no graph');
  return { path, size: bytes.length, model };
}

/** Names of ONNX's TensorProto.DataType by number, for those that models here use. */
const TYPES: Readonly<Record<number, string>> = { 1: 'float32', 6: 'int32', 7: 'int64', 9: 'bool', 10: 'float16', 11: 'float64' };

export interface Port {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

export function portOf({ name, type }: ValueInfoProto): Port {
  if (type?.value.case !== 'tensorType') return { name, type: type?.value.case ?? 'unknown', shape: [] };
  const { elemType, shape } = type.value.value;
  const sizes = (shape?.dim ?? []).map(({ value }) =>
    value.case === 'dimValue' ? Number(value.value) : value.case === 'dimParam' ? value.value : '?',
  );
  return { name, type: TYPES[elemType] ?? `type ${elemType}`, shape: sizes };
}
