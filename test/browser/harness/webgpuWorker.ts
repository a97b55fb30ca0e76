import { serveModels } from 'tfjs-mvl/runtime';

serveModels(import('onnxruntime-web'));
