import type { Tensor } from '@tensorflow/tfjs';
import type { Evaluation, Executor } from '../../plugin/training/executor.ts';
import { checkOptionNames } from '../../runtime/options.ts';
import { backendOf, type OrtLike, resolveOrt } from '../../runtime/ort.ts';
import { compile } from './compile.ts';
import type { SessionSettings } from './sessions.ts';
import { stepRunner } from './stepRunner.ts';

/**
 * Training by onnxruntime: `fit(x, { executor: onnxruntimeExecutor(ort) })`. The whole step, optimiser included, is one graph, traced once; data, parameters
 * and slots stay in onnxruntime, and many steps go into one call.
 *
 * @throws Error for unknown settings
 * @param ort `onnxruntime-node` or `onnxruntime-web`, as imported
 */
export function onnxruntimeExecutor(ort: OrtLike | { readonly default: OrtLike }, settings: SessionSettings = {}): Executor {
  checkOptionNames('onnxruntimeExecutor', settings, ['executionProviders', 'sessionOptions']);
  const runtime = resolveOrt(ort);
  return {
    name: backendOf(runtime),
    turn: 40,
    start: (program) => stepRunner(program, runtime, settings),
    evaluate: async (fn: (...inputs: Tensor[]) => Tensor): Promise<Evaluation> => {
      const compiled = await compile(fn, { ...settings, ort: runtime });
      return Object.assign((...inputs: Tensor[]) => compiled(...inputs), { dispose: () => compiled.dispose() });
    },
  };
}
