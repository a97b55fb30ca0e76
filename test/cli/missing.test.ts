import { mkdirSync } from 'node:fs';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { missingPackage } from '../../cli/missingPackage.ts';
import { workFolder } from './support.ts';

/** As Node says it of a package that is needed and not installed. */
const notInstalled = (name: string) => () => {
  throw Object.assign(new Error(`Cannot find package '${name}' imported from /somewhere/dist/chunks/exportOnnx-D1.js`), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
};
jest.unstable_mockModule('jimp', notInstalled('jimp'));
// In place of the first of our modules that import tfjs, which the tests' own set-up has loaded.
jest.unstable_mockModule('../../cli/train/train.ts', notInstalled('@tensorflow/tfjs'));
jest.unstable_mockModule('../../cli/checks/modelChecks.ts', notInstalled('@tensorflow/tfjs'));

const { tfjsMvl } = await import('./support.ts');
const { exportEnergyModel } = await import('../../exporters/exportEnergyModel.ts');
const { tinyModel } = await import('../support/tinyModel.ts');
const work = workFolder();
afterAll(work.remove);

const told = (name: string) => ({
  code: 2,
  stderr: expect.stringMatching(new RegExp(`^tfjs-mvl: this needs the package ${name}, which is not installed: npm install ${name}\\n$`)),
});

describe('a package that is needed and not installed', () => {
  it('is named, of training', async () => {
    const data = work.write('data.csv', '1,2\n3,4\n');
    expect(await tfjsMvl('train', data, '-o', work.path('m.onnx'))).toMatchObject(told('@tensorflow/tfjs'));
  });

  it('is named, of a check, which is not counted as one that failed', async () => {
    const model = tinyModel();
    const path = work.write('tiny.onnx', (await exportEnergyModel(model)).bytes);
    model.dispose();
    expect(await tfjsMvl('check', path)).toMatchObject({ ...told('@tensorflow/tfjs'), stdout: '' });
  });

  it('is named, of images', async () => {
    mkdirSync(work.path('images'));
    work.write('images/a.png', 'a picture');
    const model = ['--model', 'wae-mmd', '--latent', 'sphere:2', '--size', '2x2'];
    expect(await tfjsMvl('train', work.path('images'), ...model, '-o', work.path('m.onnx'))).toMatchObject(told('jimp'));
  });
});

describe('missingPackage', () => {
  const error = (message: string, code?: string) => Object.assign(new Error(message), code === undefined ? {} : { code });

  it.each([
    ["Cannot find package '@scope/name' imported from /a/b.js", 'ERR_MODULE_NOT_FOUND', '@scope/name'],
    ["Cannot find package 'name' imported from /a/b.js", 'ERR_MODULE_NOT_FOUND', 'name'],
    ["Cannot find module 'name/part'\nRequire stack:\n- /a/b.js", 'MODULE_NOT_FOUND', 'name'],
    ["Cannot find module '/a/c.js' imported from /a/b.js", 'ERR_MODULE_NOT_FOUND', null],
    ["Cannot find module './c.cjs'", 'MODULE_NOT_FOUND', null],
    ["Cannot find module 'C:\\a\\c.js'", 'MODULE_NOT_FOUND', null],
    ["Cannot find package 'name'", undefined, null],
  ])('of %j, %s is %s', (message, code, name) => {
    expect(missingPackage(error(message, code))).toBe(name);
    expect(missingPackage(new Error('while loading', { cause: error(message, code) }))).toBe(name);
  });

  it('is nothing of what is no error', () => {
    expect(missingPackage('text')).toBeNull();
    expect(missingPackage(undefined)).toBeNull();
  });
});
