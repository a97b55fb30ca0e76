import { useEffect, useRef } from 'preact/hooks';
import { SIDE } from './normalise.ts';

/** Ink in [0, 1] as a picture of dark on light. */
export function DigitImage({ pixels, label }: { readonly pixels: Float32Array; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const image = new ImageData(SIDE, SIDE);
    pixels.forEach((ink, i) => {
      image.data.set([28, 27, 34, Math.round(255 * Math.max(0, Math.min(1, ink)))], 4 * i);
    });
    canvas.current?.getContext('2d')?.putImageData(image, 0, 0);
  }, [pixels]);
  return <canvas ref={canvas} class="digit" width={SIDE} height={SIDE} role="img" aria-label={label} />;
}
