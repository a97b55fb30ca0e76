import { kilobytes } from './text.ts';

/** What there is to say of a model file that was written. */
export interface Written {
  readonly summary: string;
  /** What the user may want to do about it, or null. */
  readonly note: string | null;
}

/** @param compared what onnxruntime computes from the file against tfjs, the largest relative error; null: onnxruntime-node is not installed */
export function written(path: string, bytes: Uint8Array, compared: { readonly worst: number; readonly runtime: string } | null): Written {
  const file = `wrote ${path}, ${kilobytes(bytes.length)}`;
  if (compared !== null)
    return { summary: `${file}; agrees with tfjs to ${compared.worst.toExponential(1)} in ${compared.runtime}`, note: null };
  return {
    summary: `${file}; not compared with tfjs`,
    note:
      `Note: ${path} was not compared with tfjs, since onnxruntime-node is not installed. ` +
      `After npm install onnxruntime-node, \`tfjs-mvl check ${path}\` tests it.`,
  };
}
