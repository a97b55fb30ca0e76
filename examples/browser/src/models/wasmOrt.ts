/** The small build of onnxruntime. Imported as it is needed: each of its threads would run all that is in one file with it. */
export async function wasmOrt() {
  const ort = await import('onnxruntime-web/wasm');
  // It takes half of the cores by itself; a small machine has too few for that. More than one thread need an isolated page.
  ort.env.wasm.numThreads = self.crossOriginIsolated ? Math.min(4, navigator.hardwareConcurrency) : 1;
  return ort;
}
