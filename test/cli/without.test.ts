import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { toLonLat } from '../../cli/data/lonlat.ts';
import { cap } from '../support/tinyModel.ts';
import { workFolder } from './support.ts';

/** As Node says it where an optional package is not installed. */
const notInstalled = (name: string) => () => {
  throw Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' });
};
jest.unstable_mockModule('onnxruntime-node', notInstalled('onnxruntime-node'));
jest.unstable_mockModule('@tensorflow/tfjs-backend-wasm', notInstalled('@tensorflow/tfjs-backend-wasm'));

const { tfjsMvl } = await import('./support.ts');
const work = workFolder();
afterAll(work.remove);

const NOT_COMPARED =
  /^Note: .*onnx was not compared with tfjs, since onnxruntime-node is not installed\. After npm install onnxruntime-node, `tfjs-mvl check/m;

describe('without the optional packages', () => {
  const data = work.write(
    'places.csv',
    `lon,lat\n${cap(30)
      .map((point) => toLonLat(point).join(','))
      .join('\n')}\n`,
  );
  const out = work.path('m.onnx');
  const argv = ['train', data, '--lonlat', '-o', out, '--hidden', '4', '--epochs', '1'];

  it('trains on the cpu, says why, and that the file was not compared', async () => {
    const { code, stdout, stderr } = await tfjsMvl(...argv);
    expect(code).toBe(0);
    expect(stderr).toMatch(NOT_COMPARED);
    expect(stderr).toMatch(/tfjs computes on cpu \(@tensorflow\/tfjs-backend-wasm is not installed; it is several times as fast\)/);
    expect(stdout).toMatch(/wrote .*m\.onnx, .*; not compared with tfjs$/m);
  });

  it('trains an autoencoder, and says that its file was not compared', async () => {
    const model = ['--model', 'explicit-vae', '--latent', 'euclidean:1', '--likelihood', 'gaussian:1'];
    const { code, stdout, stderr } = await tfjsMvl(
      'train',
      data,
      ...model,
      '-o',
      work.path('vae.onnx'),
      '--hidden',
      '4',
      '--epochs',
      '1',
      '--backend',
      'cpu',
      '--save-dir',
      work.path('vae'),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/wrote .*vae\.onnx, .*; not compared with tfjs$/m);
    expect(stderr).toMatch(NOT_COMPARED);
  });

  it('refuses the backend that is missing by name', async () => {
    expect(await tfjsMvl(...argv, '--backend', 'wasm')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--backend wasm: @tensorflow\/tfjs-backend-wasm is not installed\. Try npm install/),
    });
    expect(await tfjsMvl(...argv, '--backend', 'onnxruntime')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--backend onnxruntime: onnxruntime-node is not installed\. Try npm install/),
    });
  });

  it('exports, and says that the file was not compared', async () => {
    const { code, stdout, stderr } = await tfjsMvl('export', work.path('vae'), '-o', work.path('again.onnx'));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/wrote .*again\.onnx, .*; not compared with tfjs$/m);
    expect(stderr).toMatch(NOT_COMPARED);
  });

  it('checks the structure, and fails for what it could not check, unless told that this is enough', async () => {
    const { code, stdout, stderr } = await tfjsMvl('check', out);
    expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringMatching(/^ok +structure/) });
    expect(stderr).toMatch(/nothing but the structure was checked, .*: npm install onnxruntime-node, or give --structure-only\.$/m);
    expect(await tfjsMvl('check', out, '--structure-only')).toEqual({ code: 0, stdout, stderr: '' });
  });

  it.each([
    ['score', [out, data, '--lonlat']],
    ['sample', [out]],
    ['encode', [out, data]],
  ])('%s asks for onnxruntime-node', async (command, rest) => {
    expect(await tfjsMvl(command, ...rest)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/onnxruntime-node, which is not installed: npm install onnxruntime-node/),
    });
  });
});
