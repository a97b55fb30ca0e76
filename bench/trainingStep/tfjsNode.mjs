import { register } from 'node:module';

register('./tfjsNodeHooks.mjs', import.meta.url);
await import('@tensorflow/tfjs-node');
