/** The ONNX IR version that goes with each operator set; runtimes refuse files that are newer than they are. */
const IR_VERSIONS: Readonly<Record<number, number>> = { 18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11, 24: 12, 25: 13, 26: 13 };

export const DEFAULT_OPSET = 21;

export interface Target {
  readonly opset: number;
  readonly irVersion: number;
}

/** @throws RangeError for an operator set outside 18 … 26: older ones take the axes of reductions as attributes */
export function targetFor(opset: number = DEFAULT_OPSET): Target {
  const irVersion = IR_VERSIONS[opset];
  if (irVersion === undefined) throw new RangeError(`opset ${opset} is not supported; choose 18 to 26 (default ${DEFAULT_OPSET})`);
  return { opset, irVersion };
}
