import { posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Import, importsIn, importsOf, sourcesUnder } from '../support/sources.ts';

const FOLDERS = ['plugin', 'models', 'metrics', 'random', 'exporters', 'runtime', 'cli'];

/** A rule for the files whose path matches. Imports are paths from the root, or names of packages. */
interface Rule {
  readonly files: RegExp;
  /** What these may import; absent: anything. */
  readonly only?: RegExp;
  /** What they may not import, not even as types. */
  readonly never?: RegExp;
  /** What they may import as types only. */
  readonly typesOnly?: RegExp;
  readonly because: string;
}

const TFJS = /^@tensorflow\//;
const ONNXRUNTIME = /^onnxruntime-/;

const RULES: readonly Rule[] = [
  { files: /^random\//, only: /^random\//, because: 'random is a leaf' },
  {
    files: /^runtime\//,
    only: /^(runtime\/|random\/|node:)/,
    because: 'the runtime is given onnxruntime, and knows neither tfjs nor the rest',
  },
  { files: /^runtime\//, typesOnly: /^node:/, because: 'the runtime is bundled for pages' },
  { files: /^(plugin|models|metrics)\//, never: /^(exporters|runtime|cli)\//, because: 'what trains does not know what exports' },
  { files: /^(plugin|models|metrics)\//, never: ONNXRUNTIME, because: 'what trains does not know onnxruntime' },
  {
    files: /^plugin\/(?!index\.ts$)/,
    never: /^(models|metrics)\//,
    because: 'the plugin stands below models and metrics; only its list of names has both',
  },
  {
    files: /^exporters\//,
    never: /^(runtime\/(?!(ort|queue|options)\.ts$)|cli\/)/,
    because: 'they share with the runtime only how onnxruntime looks, whose turn it is, and how options are checked',
  },
  { files: /^exporters\//, typesOnly: ONNXRUNTIME, because: 'onnxruntime is passed in' },
  { files: /^exporters\/ir\//, only: /^exporters\/ir\//, because: 'the IR is a leaf' },
  { files: /^exporters\/passes\//, only: /^exporters\/(ir|passes)\//, because: 'passes see the IR' },
  { files: /^exporters\/(ir|passes|lowerings|onnx)\//, typesOnly: TFJS, because: 'only the trace runs tfjs, and what compares with it' },
  {
    files: /^exporters\/lowerings\//,
    never: /^exporters\/(trace|parity|compile|passes)\//,
    because: 'lowerings see the IR and the ONNX operators',
  },
  {
    files: /^(plugin|models|metrics|exporters)\//,
    never: /^@tensorflow\/tfjs(-|\/)/,
    because: 'tfjs is one package, without deep imports',
  },
];

/** `from` as a path from the root of the project; packages stay as they are. */
const resolved = (file: string, from: string): string => (from.startsWith('.') ? posix.join(posix.dirname(file), from) : from);

function broken(file: string, imports: readonly Import[]): string[] {
  return RULES.filter(({ files }) => files.test(file)).flatMap(({ only, never, typesOnly, because }) =>
    imports
      .map(({ from, typeOnly }) => ({ to: resolved(file, from), typeOnly }))
      .filter(({ to, typeOnly }) => (only && !only.test(to)) || never?.test(to) || (!typeOnly && typesOnly?.test(to)))
      .map(({ to }) => `${file} imports ${to}: ${because}`),
  );
}

describe('the import law', () => {
  const sources = sourcesUnder(...FOLDERS);

  it('is kept by every source file', () => {
    expect(sources.flatMap((file) => broken(file, importsOf(file)))).toEqual([]);
  });

  it('applies: each rule has files, and imports are found', () => {
    for (const { files } of RULES) expect(sources.some((file) => files.test(file))).toBe(true);
    expect(sources.flatMap(importsOf).length).toBeGreaterThan(sources.length);
  });

  it.each([
    ['runtime/points.ts', "import * as tf from '@tensorflow/tfjs';"],
    ['runtime/points.ts', "import type * as tf from '@tensorflow/tfjs';"],
    ['runtime/points.ts', "import type { Manifold } from '../plugin/manifolds/manifold.ts';"],
    ['runtime/points.ts', "const { InferenceSession } = await import('onnxruntime-web');"],
    ['runtime/source.ts', "import { readFile } from 'node:fs/promises';"],
    ['random/fill.ts', "export * from '../plugin/noise/gaussian.ts';"],
    ['plugin/energy/energyModel.ts', "import type { Graph } from '../../exporters/ir/graph.ts';"],
    ['models/index.ts', "type Ort = typeof import('onnxruntime-node');"],
    ['exporters/ir/graph.ts', "import { lowering } from '../lowerings/lowering.ts';"],
    ['exporters/passes/fuseGemm.ts', "import { trace } from '../trace/trace.ts';"],
    ['exporters/lowerings/renames.ts', "import { tidy } from '@tensorflow/tfjs';"],
    ['exporters/lowerings/renames.ts', "import { type Tensor, tidy } from '@tensorflow/tfjs';"],
    ['exporters/exportOnnx.ts', "import { InferenceSession } from 'onnxruntime-node';"],
    ['exporters/trace/trace.ts', "import { engine } from '@tensorflow/tfjs-core/dist/engine';"],
  ])('is broken by %s with %s', (file, text) => {
    expect(broken(file, importsIn(text))).toHaveLength(1);
  });

  it.each([
    ['runtime/source.ts', "const fs = (await import(name)) as typeof import('node:fs/promises');"],
    ['exporters/lowerings/renames.ts', "import type { Tensor } from '@tensorflow/tfjs';"],
    ['exporters/lowerings/renames.ts', "import { type Tensor, type Rank } from '@tensorflow/tfjs'; import './shapes.ts';"],
    ['exporters/ir/graph.ts', "// import { trace } from '../trace/trace.ts'\nconst text = \"import '../trace/trace.ts'\";"],
  ])('is kept by %s with %s', (file, text) => {
    expect(broken(file, importsIn(text))).toEqual([]);
  });
});
