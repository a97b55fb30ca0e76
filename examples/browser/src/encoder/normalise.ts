/** Side of a digit, and of the box that its ink is scaled to, in pixels: as the images of MNIST were made. */
export const SIDE = 28;
const INK = 20;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where there is ink; null: nowhere. `ink` are opacities of a square, row by row. */
function inkBox(ink: Uint8ClampedArray, side: number): Box | null {
  let [left, top, right, bottom] = [side, side, -1, -1];
  ink.forEach((value, i) => {
    if (value < 16) return;
    const [x, y] = [i % side, Math.floor(i / side)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  });
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

const opacities = (context: OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D, side: number): Uint8ClampedArray =>
  context.getImageData(0, 0, side, side).data.filter((_, i) => i % 4 === 3);

/**
 * A drawing as a digit of MNIST: its ink scaled to 20 pixels and put with its centre of mass in the middle of 28, as numbers in [0, 1].
 *
 * @returns null where nothing is drawn
 */
export function normalised(drawing: HTMLCanvasElement): Float32Array<ArrayBuffer> | null {
  const side = drawing.width;
  const box = inkBox(opacities(drawing.getContext('2d') as CanvasRenderingContext2D, side), side);
  if (box === null) return null;
  const scale = INK / Math.max(box.width, box.height);
  const small = new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  const place = (x: number, y: number) => {
    small.clearRect(0, 0, SIDE, SIDE);
    small.imageSmoothingQuality = 'high';
    small.drawImage(drawing, box.left, box.top, box.width, box.height, x, y, box.width * scale, box.height * scale);
    return Float32Array.from(opacities(small, SIDE), (value) => value / 255);
  };
  const [x, y] = [(SIDE - box.width * scale) / 2, (SIDE - box.height * scale) / 2];
  const first = place(x, y);
  const mass = first.reduce((sum, value) => sum + value, 0);
  const mean = (coordinate: (i: number) => number) => first.reduce((sum, value, i) => sum + (value * (coordinate(i) + 0.5)) / mass, 0);
  return place(x + SIDE / 2 - mean((i) => i % SIDE), y + SIDE / 2 - mean((i) => Math.floor(i / SIDE)));
}
