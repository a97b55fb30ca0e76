/** Field numbers of onnx.proto3, of the messages that the runtime looks into. */
export const MODEL = { irVersion: 1, producerName: 2, graph: 7, opsetImport: 8, metadataProps: 14, functions: 25 } as const;
export const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;
export const ATTRIBUTE = { graph: 6, graphs: 11 } as const;
export const FUNCTION = { name: 1, output: 5, node: 7, domain: 10 } as const;
export const TENSOR = { name: 8, rawData: 9 } as const;
export const ENTRY = { key: 1, value: 2 } as const;
export const OPSET = { domain: 1, version: 2 } as const;
export const VALUE_INFO = { name: 1, type: 2 } as const;
export const TYPE = { tensor: 1 } as const;
export const TENSOR_TYPE = { element: 1, shape: 2 } as const;
export const SHAPE = { dim: 1 } as const;
export const DIM = { value: 1, symbol: 2 } as const;

/** TensorProto.DataType FLOAT. */
export const FLOAT = 1;
