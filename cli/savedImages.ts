import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../plugin/training/writeAtomically.ts';
import { columnsOf, type ImageShape, imageMetadata, statedShape } from './data/imageShape.ts';

/** Beside the model.json of tfjs, which says nothing of images. */
const fileOf = (folder: string): string => join(folder.endsWith('.json') ? dirname(folder) : folder, 'image.json');

/**
 * Keeps beside a saved model which images it was trained on, for `export`.
 *
 * @param images null: it was trained on a table; what an earlier model left there is taken away
 */
export async function saveImageShape(folder: string, images: ImageShape | null): Promise<void> {
  if (images === null) return rm(fileOf(folder), { force: true });
  await writeAtomically(fileOf(folder), `${JSON.stringify(imageMetadata(images).image)}\n`);
}

/** Which images a saved model of so many columns was trained on; null where nothing there says so. */
export async function savedImageShape(folder: string, columns: number): Promise<ImageShape | null> {
  const text = await readFile(fileOf(folder), 'utf8').catch(() => null);
  const shape = text === null ? null : statedShape({ image: text });
  return shape !== null && columnsOf(shape) === columns ? shape : null;
}
