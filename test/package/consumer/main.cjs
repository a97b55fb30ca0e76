const { use } = require('./use.cjs');

use({
  tf: require('@tensorflow/tfjs'),
  ort: require('onnxruntime-node'),
  plugin: require('tfjs-mvl'),
  models: require('tfjs-mvl/models'),
  exporters: require('tfjs-mvl/exporters'),
  runtime: require('tfjs-mvl/runtime'),
}).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
