import { useEffect, useRef } from 'preact/hooks';
import type { LoadedModel } from 'tfjs-mvl/runtime';
import { toLonLat, toSphere } from '../../../maps/places.ts';
import { useResult } from '../shared/useResult.ts';
import { SIDE } from './normalise.ts';

/** Digits along a circle of latitude, and rows of them. */
const [ACROSS, DOWN] = [24, 12];
const [WIDTH, HEIGHT] = [ACROSS * SIDE, DOWN * SIDE];

/** What the decoder makes of codes all over the sphere, as a map. */
async function atlasOf(model: LoadedModel): Promise<OffscreenCanvas> {
  const codes = Array.from({ length: ACROSS * DOWN }, (_, i) =>
    toSphere([((i % ACROSS) + 0.5) * (360 / ACROSS) - 180, 90 - (Math.floor(i / ACROSS) + 0.5) * (180 / DOWN)]),
  );
  const digits = (await model.decode(codes)).rows();
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  digits.forEach((pixels, i) => {
    const image = new ImageData(SIDE, SIDE);
    pixels.forEach((ink, k) => {
      const shade = Math.round(252 - 130 * ink);
      image.data.set([shade, shade, shade, 255], 4 * k);
    });
    context.putImageData(image, (i % ACROSS) * SIDE, Math.floor(i / ACROSS) * SIDE);
  });
  return canvas;
}

interface CodeMapProps {
  readonly model: LoadedModel;
  /** Codes on S², one a row. */
  readonly codes: readonly Float32Array[];
}

/** The sphere of codes, unrolled: what is decoded where, and a posterior's cloud of codes on it. */
export function CodeMap({ model, codes }: CodeMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const atlas = useResult(() => atlasOf(model), [model]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, WIDTH, HEIGHT);
    if (atlas !== null) context.drawImage(atlas, 0, 0);
    context.fillStyle = 'rgba(181, 20, 100, 0.55)';
    for (const code of codes) {
      const [longitude, latitude] = toLonLat(code);
      context.beginPath();
      context.arc(((longitude + 180) * WIDTH) / 360, ((90 - latitude) * HEIGHT) / 180, 4, 0, 2 * Math.PI);
      context.fill();
    }
  }, [atlas, codes]);
  const cloud = codes.length === 0 ? 'no drawing yet' : `with ${codes.length} codes of the drawing`;
  return <canvas ref={canvas} class="atlas" width={WIDTH} height={HEIGHT} role="img" aria-label={`Map of the sphere of codes, ${cloud}`} />;
}
