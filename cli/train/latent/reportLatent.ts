import type { LatentModel } from '../../../models/index.ts';
import { shapeText } from '../../data/imageShape.ts';
import type { RowsFile } from '../../data/readRows.ts';
import { aligned, counted } from '../../text.ts';
import type { LatentName } from '../names.ts';
import { KINDS } from './kinds.ts';

/** What training came to, for the user. */
export function reportLatent(model: LatentModel, { file, rows, images }: RowsFile, name: LatentName, written: readonly string[]): string {
  const { summary, latent, columns } = model;
  if (summary === null) throw new Error('reportLatent: the model was not trained');
  const { points, steps, epochs, losses, regulariser, weight, likelihood, backend } = summary;
  const entry = (key: string, unit: string): string => {
    const [train, validation] = [losses[key], losses[`val_${key}`]];
    return `${train.toFixed(4)}${unit}${validation === undefined ? '' : `, validation ${validation.toFixed(4)}`}`;
  };
  const what = images === null ? counted(points, 'row') : `${counted(points, 'image')} of ${shapeText(images)}`;
  const { known } = KINDS[name];
  return aligned([
    ['data', `${file}: ${what}, ${counted(columns, 'number')} each, to train on, ${rows.length - points} to validate on`],
    ['model', `${name} with codes on ${latent.name}, likelihood ${likelihood}`],
    ['weight', `${weight} of the regulariser`],
    ['training', `${counted(steps, 'step')} in ${counted(epochs, 'epoch')} on ${backend}`],
    ['reconstruction', entry('reconstruction', ' nats')],
    ...(known ? [[regulariser, entry('regulariser', regulariser === 'kl' ? ' nats' : '')] as const] : []),
    ...written.map((line) => ['', line] as const),
  ]);
}
