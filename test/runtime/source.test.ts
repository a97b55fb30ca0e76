import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as ort from 'onnxruntime-node';
import { loadModel } from '../../runtime/loadModel.ts';
import { type ModelSource, readSource } from '../../runtime/source.ts';
import { gaussian, onnxOf } from '../support/onnx/models.ts';

const BYTES = Uint8Array.of(8, 10, 58, 0);

describe('readSource', () => {
  let server: Server;
  let folder: string;
  let path: string;
  let base: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tfjs-mvl-'));
    path = join(folder, 'a model.onnx');
    await writeFile(path, BYTES);
    server = createServer((request, response) => {
      response.statusCode = request.url === '/model.onnx' ? 200 : 404;
      response.end(BYTES);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
    });
    await rm(folder, { recursive: true });
  });

  it('takes bytes, paths and addresses', async () => {
    const sources: ModelSource[] = [
      BYTES,
      BYTES.buffer,
      path,
      pathToFileURL(path),
      pathToFileURL(path).href,
      `${base}/model.onnx`,
      new URL(`${base}/model.onnx`),
    ];
    for (const source of sources) expect(Array.from(await readSource(source))).toEqual(Array.from(BYTES));
  });

  it('says what cannot be read', async () => {
    await expect(readSource(join(folder, 'none.onnx'))).rejects.toThrow(/^loadModel: cannot read .*none\.onnx: ENOENT/);
    await expect(readSource(`${base}/none.onnx`)).rejects.toThrow(/none\.onnx answered 404 Not Found$/);
    await expect(readSource('http://127.0.0.1:1/model.onnx')).rejects.toThrow(/^loadModel: cannot fetch http:\/\/127\.0\.0\.1:1/);
    await expect(readSource(3 as unknown as string)).rejects.toThrow('must be a Uint8Array, an ArrayBuffer, a URL or a path; got Number');
  });

  it('reaches loadModel', async () => {
    await writeFile(path, onnxOf(gaussian));
    const model = await loadModel(ort, path);
    expect(Array.from(await model.energy([[1, -2]]))).toEqual([0]);
    await model.dispose();
  });
});
