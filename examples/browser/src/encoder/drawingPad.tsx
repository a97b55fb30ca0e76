import { useEffect, useRef } from 'preact/hooks';
import { normalised } from './normalise.ts';

const SIZE = 280;
const PEN = 22;

interface DrawingPadProps {
  /** What the digit in question is: a drawing is wiped when another takes its place. */
  readonly digit: Float32Array | null;
  /** Takes the drawing as a digit, `[784]`; null: it was cleared. */
  onDraw(digit: Float32Array<ArrayBuffer> | null): void;
}

/** A sheet to write a digit on, by pointer. */
export function DrawingPad({ digit, onDraw }: DrawingPadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const at = useRef<{ x: number; y: number } | null>(null);
  const place = (event: PointerEvent) => {
    const box = (canvas.current as HTMLCanvasElement).getBoundingClientRect();
    return { x: ((event.clientX - box.left) * SIZE) / box.width, y: ((event.clientY - box.top) * SIZE) / box.height };
  };
  const stroke = (event: PointerEvent) => {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (!context || at.current === null) return;
    const to = place(event);
    context.lineWidth = PEN;
    context.lineCap = 'round';
    context.strokeStyle = '#1c1b22';
    context.beginPath();
    context.moveTo(at.current.x, at.current.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    at.current = to;
  };
  const drawn = useRef<Float32Array | null>(null);
  useEffect(() => {
    if (digit !== drawn.current) canvas.current?.getContext('2d')?.clearRect(0, 0, SIZE, SIZE);
  }, [digit]);
  return (
    <div>
      <canvas
        ref={canvas}
        class="pad"
        width={SIZE}
        height={SIZE}
        aria-label="Sheet to write a digit on with a pointer; without one, choose a digit below"
        onPointerDown={(event) => {
          (event.target as HTMLElement).setPointerCapture(event.pointerId);
          at.current = place(event);
          stroke(event);
        }}
        onPointerMove={stroke}
        onPointerUp={() => {
          at.current = null;
          if (canvas.current === null) return;
          const mine = normalised(canvas.current);
          drawn.current = mine;
          onDraw(mine);
        }}
      />
      <button type="button" onClick={() => onDraw(null)}>
        Clear
      </button>
    </div>
  );
}
