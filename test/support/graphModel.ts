import * as tf from '@tensorflow/tfjs';

export interface GraphDefNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}

const DTYPES = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' } as const;

type DType = keyof typeof DTYPES;

/** Values of a TensorFlow attribute as model.json holds them: integers as strings, strings in base 64. */
export const attribute = {
  type: (dtype: DType) => ({ type: DTYPES[dtype] }),
  ints: (values: readonly number[]) => ({ list: { i: values.map(String) } }),
  int: (value: number) => ({ i: String(value) }),
  text: (value: string) => ({ s: btoa(value) }),
  texts: (values: readonly string[]) => ({ list: { s: values.map((value) => btoa(value)) } }),
  float: (value: number) => ({ f: value }),
  bool: (value: boolean) => ({ b: value }),
};

export const placeholder = (name: string, shape: readonly number[], dtype: DType = 'float32'): GraphDefNode => ({
  name,
  op: 'Placeholder',
  attr: { dtype: attribute.type(dtype), shape: { shape: { dim: shape.map((size) => ({ size: String(size) })) } } },
});

/** A converted TensorFlow model, written by hand: what `tf.loadGraphModel` makes of model.json and its weights. */
export async function graphModel(
  nodes: readonly GraphDefNode[],
  constants: Readonly<Record<string, { readonly values: readonly number[]; readonly shape?: readonly number[]; readonly dtype?: DType }>>,
): Promise<tf.GraphModel> {
  const weights = Object.entries(constants).map(([name, { values, shape = [values.length], dtype = 'float32' }]) => ({
    node: { name, op: 'Const', attr: { dtype: attribute.type(dtype) } },
    spec: { name, shape: [...shape], dtype },
    bytes: new Uint8Array((dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values)).buffer),
  }));
  const weightData = Uint8Array.from(weights.flatMap(({ bytes }) => [...bytes])).buffer;
  const artifacts = {
    modelTopology: { node: [...weights.map(({ node }) => node), ...nodes], library: {}, versions: { producer: 1 } },
    format: 'graph-model',
    weightSpecs: weights.map(({ spec }) => spec),
    weightData,
  };
  return tf.loadGraphModel({ load: async () => artifacts as unknown as tf.io.ModelArtifacts });
}
