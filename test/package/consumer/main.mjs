import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import * as plugin from 'tfjs-mvl';
import * as exporters from 'tfjs-mvl/exporters';
import * as models from 'tfjs-mvl/models';
import * as runtime from 'tfjs-mvl/runtime';
import { use } from './use.cjs';

await use({ tf, ort, plugin, models, exporters, runtime });
