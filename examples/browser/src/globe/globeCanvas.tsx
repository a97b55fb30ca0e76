import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { paint, RADIUS, type Scene, SIZE } from './paint.ts';
import { axesOf, pointAt, turned, type Vector, type View } from './view.ts';

interface GlobeCanvasProps extends Scene {
  onTurn(view: View): void;
  onPick(point: Vector): void;
}

/** Degrees that an arrow key turns by. */
const STEP = 5;
/** Pixels that a pointer may move before a click is a drag. */
const CLICK = 4;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

/** The globe: dragged or turned by the arrow keys; a click, or Enter for the middle of the picture, picks a point. */
export function GlobeCanvas(props: GlobeCanvasProps): JSX.Element {
  const { onTurn, onPick, ...scene } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<{ x: number; y: number; view: View; moved: boolean } | null>(null);

  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const context = canvas.current?.getContext('2d');
      if (context) paint(context, scene);
    });
    return () => cancelAnimationFrame(frame);
  });

  const radius = (): number => ((canvas.current as HTMLCanvasElement).getBoundingClientRect().width / SIZE) * RADIUS;
  const onPointerDown = (event: PointerEvent) => {
    (event.target as HTMLElement).setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, y: event.clientY, view: scene.view, moved: false };
  };
  const onPointerMove = (event: PointerEvent) => {
    const { current } = drag;
    if (current === null) return;
    const [dx, dy] = [event.clientX - current.x, event.clientY - current.y];
    current.moved ||= Math.hypot(dx, dy) > CLICK;
    const scale = 180 / (Math.PI * radius());
    if (current.moved) onTurn(turned(current.view, -dx * scale, dy * scale));
  };
  const onPointerUp = (event: PointerEvent) => {
    const moved = drag.current?.moved;
    drag.current = null;
    if (moved) return;
    const box = (canvas.current as HTMLCanvasElement).getBoundingClientRect();
    const [right, above] = [(2 * (event.clientX - box.left)) / box.width - 1, 1 - (2 * (event.clientY - box.top)) / box.height];
    const point = pointAt(axesOf(scene.view), right, above);
    if (point !== null) onPick(point);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) onTurn(turned(scene.view, ...arrow));
    else if (event.key === 'Enter') onPick(axesOf(scene.view).up);
    else return;
    event.preventDefault();
  };
  return (
    <div
      class="globe"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive, by the keys that its label tells
      tabIndex={0}
      aria-label="Globe with the density of earthquakes. Arrow keys turn it; Enter measures the density at its middle."
      onKeyDown={onKeyDown}
    >
      <canvas
        ref={canvas}
        width={SIZE}
        height={SIZE}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
      />
    </div>
  );
}
