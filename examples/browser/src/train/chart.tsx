import type * as Plot from '@observablehq/plot';
import { useEffect, useRef } from 'preact/hooks';

interface ChartProps {
  /** What a person who does not see it is told. */
  readonly label: string;
  readonly plot: (library: typeof Plot, width: number) => Element;
  /** Height in pixels that is kept free, so that nothing jumps when it appears. */
  readonly height: number;
}

/** A plot as wide as there is room; the library is fetched with the first one. */
export function Chart({ label, plot, height }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let gone = false;
    import('@observablehq/plot').then((library) => {
      const { current } = place;
      if (gone || current === null) return;
      const drawn = plot(library, Math.max(280, current.clientWidth));
      // The label of the whole stands for its parts.
      for (const part of drawn.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
      current.replaceChildren(drawn);
    });
    return () => {
      gone = true;
    };
  }, [plot]);
  return <div ref={place} class="chart" role="img" aria-label={label} style={{ minHeight: `${height}px` }} />;
}
