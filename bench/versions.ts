import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { VERSION } from 'tfjs-mvl';

const { version } = JSON.parse(readFileSync('node_modules/onnxruntime-node/package.json', 'utf8')) as { version: string };

/** What a result was measured with. */
export const VERSIONS = { 'tfjs-mvl': VERSION, tfjs: tf.version_core, 'onnxruntime-node': version, node: process.version };
