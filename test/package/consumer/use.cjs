const assert = require('node:assert/strict');

/** One small round through all four entries: train, export, load, score, sample. Nothing of it may print. */
exports.use = async ({ tf, ort, plugin, models, exporters, runtime }) => {
  tf.env().set('IS_TEST', true); // keeps the banner of tfjs's own cpu backend off standard error
  for (const [entry, module] of Object.entries({ plugin, models, exporters, runtime })) {
    assert.ok(Object.keys(module).length > 0, `${entry} exports nothing`);
  }
  const rows = Array.from({ length: 16 }, (_, i) => [Math.cos(i), Math.sin(i), 0]);
  const model = plugin.energyModel({ manifold: plugin.sphere(2), seed: 1 });
  model.compile();
  const { history } = await model.fit(tf.tensor2d(rows), { epochs: 2, batchSize: 16, verbose: 0 });
  assert.equal(history.loss.length, 2);
  const expected = model.energy(tf.tensor2d(rows)).dataSync();

  const { bytes } = await exporters.exportEnergyModel(model);
  const served = await runtime.loadModel(ort, bytes);
  const energies = await served.energy(rows);
  energies.forEach((energy, i) => {
    assert.ok(Math.abs(energy - expected[i]) <= 1e-4 * (1 + Math.abs(expected[i])), `energy ${i}: ${energy}, in tfjs ${expected[i]}`);
  });
  assert.deepEqual((await served.score(rows)).dims, [16, 3]);
  assert.deepEqual((await served.sample({ n: 5, steps: 3, seed: 1 })).dims, [5, 3]);
  await served.dispose();
};
