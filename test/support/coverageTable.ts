import { hasGradient, type LoweringCase } from './loweringCase.ts';

/** Why a kernel of tfjs's cpu backend has no lowering; the rest of a reason is its sentence in the table. */
const REASONS: Readonly<Record<string, string>> = {
  ...reason('complex numbers, which ONNX lacks', ['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real']),
  ...reason('strings', ['StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast']),
  ...reason('shapes that depend on the numbers', [
    'NonMaxSuppressionV3',
    'NonMaxSuppressionV4',
    'NonMaxSuppressionV5',
    'RaggedGather',
    'RaggedRange',
    'RaggedTensorToTensor',
    'SparseFillEmptyRows',
    'SparseReshape',
    'SparseSegmentMean',
    'SparseSegmentSum',
    'Unique',
  ]),
  ...reason('draws random numbers: an error says to pass noise in', ['Multinomial']),
  ...reason('not yet', ['CropAndResize', 'Dilation2DBackpropFilter', 'Dilation2DBackpropInput', 'RotateWithOffset', 'Transform']),
  ...reason('draws on a canvas', ['Draw']),
};

/** Kernels whose inputs are known while tracing, so that they run then and leave a constant. */
const WHILE_TRACING = new Set(['BroadcastArgs', 'Fill', 'LinSpace', 'Range']);

function reason(text: string, kernels: readonly string[]): Record<string, string> {
  return Object.fromEntries(kernels.map((kernel) => [kernel, text]));
}

/** The operators in the printed graphs. */
const operatorsOf = (cases: readonly LoweringCase[]): string[] => {
  const text = cases.flatMap(({ graph }) => graph).join('\n');
  const found = [...text.matchAll(/(?:^|-> |= )([A-Z]\w*)(?=\(|:| |$)/gm)].map(([, operator]) => operator);
  return [...new Set(found)].sort();
};

/**
 * docs/coverage.md: every kernel that tfjs's cpu backend has, the ONNX operators that its cases became, and what was tested.
 *
 * @throws Error for a kernel that has neither a case nor a reason, and for a reason without need
 */
export function coverageTable(kernels: readonly string[], cases: readonly LoweringCase[]): string {
  const rows = [...kernels].sort().map((kernel) => {
    const own = cases.filter((entry) => entry.kernel === kernel);
    if (own.length === 0) {
      const why = WHILE_TRACING.has(kernel) ? 'runs while tracing' : REASONS[kernel];
      if (why === undefined) throw new Error(`the kernel ${kernel} has no lowering case and no reason why not`);
      return {
        kernel,
        row: `| ${kernel} | ${WHILE_TRACING.has(kernel) ? 'constant' : '—'} | ${why} | |`,
        covered: WHILE_TRACING.has(kernel),
      };
    }
    if (REASONS[kernel] !== undefined) throw new Error(`the kernel ${kernel} has a lowering case and a reason why not`);
    const gradients = own.filter(hasGradient).length;
    return {
      kernel,
      row: `| ${kernel} | ${operatorsOf(own).join(', ') || 'nothing'} | ${own.length} | ${gradients || ''} |`,
      covered: true,
    };
  });
  const covered = rows.filter((entry) => entry.covered).length;
  return `# Which tfjs kernels export to ONNX

Written by \`npx tsx test/support/writeCoverage.ts\`; a test compares it with the cases in \`test/exporters/lowerings/cases\`.

${covered} of the ${rows.length} kernels of tfjs's cpu backend. Each case is exported with an open batch size, its graph compared as text, and run in
onnxruntime-node and onnxruntime-web (wasm) at batch sizes 1 and 7, small ones also at 1000, against tfjs's cpu backend. "Gradients" counts the
cases whose first derivative is tested in the same way. The operators are those of all cases of a kernel, casts and transposes included.

Where tfjs and ONNX differ and neither is wrong: a float that is NaN or too large becomes 0 or wraps in tfjs when it is cast to int32, and what the
processor makes of it in onnxruntime; arithmetic on booleans, which tfjs does in bytes, gives true or false.

| kernel | ONNX operators | cases | gradients |
|---|---|---|---|
${rows.map(({ row }) => row).join('\n')}
`;
}
