import { Jimp } from 'jimp';

/** Images side by side as a PNG, as a data address; `columns` in a row. Values in [0, 1], each image `size` × `size`. */
export async function montage(images: readonly Float32Array[], columns: number, size: number, gap = 2): Promise<Montage> {
  const rows = Math.ceil(images.length / columns);
  const width = columns * (size + gap) - gap;
  const height = rows * (size + gap) - gap;
  const data = Buffer.alloc(4 * width * height);
  for (const [i, image] of images.entries()) {
    const [left, top] = [(i % columns) * (size + gap), Math.floor(i / columns) * (size + gap)];
    for (const [k, value] of image.entries()) {
      const at = 4 * ((top + Math.floor(k / size)) * width + left + (k % size));
      data.fill(Math.round(255 * Math.min(1, Math.max(0, value))), at, at + 3);
      data[at + 3] = 255;
    }
  }
  const png = await new Jimp({ data, width, height }).getBuffer('image/png');
  return { address: `data:image/png;base64,${png.toString('base64')}`, width, height };
}

export interface Montage {
  readonly address: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}
