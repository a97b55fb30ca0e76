import type { EnergyModel } from '../../plugin/index.ts';
import type { PointsFile } from '../data/readPoints.ts';
import { aligned, counted } from '../text.ts';

const shown = (value: number | undefined): string | null => (value === undefined ? null : value.toFixed(4));

/** What training came to, for the user. */
export function report(model: EnergyModel, { file }: PointsFile, written: readonly string[]): string {
  const { manifold, summary } = model;
  if (summary === null) throw new Error('report: the model was not trained');
  const { points, validationPoints, steps, epochs, losses, loss, smoothing, backend } = summary;
  const [train, validation, nll] = [shown(losses.loss), shown(losses.val_loss), shown(losses.val_nll)];
  const uniform = manifold.logVolume === null ? '' : ` (uniform: ${manifold.logVolume.toFixed(4)})`;
  const rows: (readonly [string, string])[] = [
    ['data', `${file}: ${counted(points, 'point')} of ${manifold.name} to train on, ${validationPoints} to validate on`],
    [
      'training',
      `${counted(steps, 'step')} in ${counted(epochs, 'epoch')} on ${backend}${smoothing ? `, smoothing ${smoothing.from} to ${smoothing.to}` : ''}`,
    ],
    ['loss', `${loss} ${train}${validation === null ? '' : `, validation ${validation}`}`],
    ...(nll === null ? [] : [['nll', `${nll} nats on the validation points${uniform}`] as const]),
    ...written.map((line) => ['', line] as const),
  ];
  return aligned(rows);
}
