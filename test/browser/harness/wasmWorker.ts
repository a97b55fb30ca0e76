import { serveModels } from 'tfjs-mvl/runtime';

const load = async () => {
  const ort = await import('onnxruntime-web/wasm');
  // The page gives the number of threads as the worker's name.
  ort.env.wasm.numThreads = Number(self.name);
  return ort;
};

serveModels(load());
