import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';

const bundle = (entry: { readonly contents: string } | string) =>
  build({
    ...(typeof entry === 'string' ? { entryPoints: [entry] } : { stdin: { ...entry, resolveDir: process.cwd() } }),
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
  });

const inputs = async (result: ReturnType<typeof bundle>) => Object.keys((await result).metafile.inputs);

describe('the runtime in a page', () => {
  const runtime = bundle('runtime/index.ts');

  it('is at most 30 kB, minified and compressed', async () => {
    const [{ contents }] = (await runtime).outputFiles;
    const size = gzipSync(contents).length;
    expect(size).toBeLessThan(30_000);
    expect(size).toBeGreaterThan(1000);
  });

  it('has its own files, nothing of tfjs, onnxruntime or Node', async () => {
    const files = await inputs(runtime);
    expect(files).toContain('runtime/loadModel.ts');
    expect(files.filter((file) => !/^(runtime|random)\//.test(file))).toEqual([]);
  });

  it('would show if it had', async () => {
    const contents = "import { version_core } from '@tensorflow/tfjs'; console.log(version_core);";
    expect((await inputs(bundle({ contents }))).some((file) => file.includes('tfjs'))).toBe(true);
  });
});
