import { serveModels } from 'tfjs-mvl/runtime';
import { wasmOrt } from './wasmOrt.ts';

serveModels(wasmOrt());
