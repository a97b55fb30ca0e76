import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';

// For tests of chains and means over many points: tfjs's cpu backend takes five times as long for them. Imported for what it does.
// Under test tfjs checks each kernel for leaks, and takes the tensors that a gradient of fused matMul keeps on wasm for one.
tf.env().set('IS_TEST', false);
await tf.setBackend('wasm');
