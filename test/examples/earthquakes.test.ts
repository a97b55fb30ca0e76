import { describe, expect, it } from '@jest/globals';
import { parseHTML } from 'linkedom';
import { earthquakes } from '../../examples/earthquakes/events.ts';
import { worldMap } from '../../examples/earthquakes/map.ts';
import { toLonLat, toSphere } from '../../examples/maps/places.ts';
import { toPng } from '../../examples/maps/png.ts';
import { closeUp, globe } from '../../examples/maps/projection.ts';

describe('the events', () => {
  it('are all of them, in three parts that share none', () => {
    const { train, validation, test } = earthquakes();
    expect([train.length, validation.length, test.length]).toEqual([1365, 171, 171]);
    expect(earthquakes(0)).toEqual(earthquakes());
    expect(earthquakes(1).test).not.toEqual(test);
    for (const [longitude, latitude] of test) {
      const back = toLonLat(toSphere([longitude, latitude]));
      expect(back[0]).toBeCloseTo(longitude, 9);
      expect(back[1]).toBeCloseTo(latitude, 9);
    }
  });
});

describe('projections', () => {
  const frame = { left: 10, top: 20, width: 400, height: 200 };
  it.each([
    ['the globe', globe(frame, 160)],
    ['a close-up', closeUp(frame, [-130, 48], 0.8)],
  ])('of %s invert', (_, projection) => {
    const [x, y] = projection.project([-140, 40]);
    const place = projection.invert(x, y);
    expect(place[0]).toBeCloseTo(-140, 3);
    expect(place[1]).toBeCloseTo(40, 3);
  });
});

describe('the map', () => {
  it('is an SVG below 2 MB with every mark, and a PNG', async () => {
    const events = [
      [-120, 37],
      [140, 38],
      [20, -30],
    ] as const;
    const samples = [
      [0, 0],
      [179, 1],
    ] as const;
    const svg = await worldMap({
      title: 'A < B',
      subtitle: 'two & three',
      // Within the colours over the northern hemisphere only.
      logDensity: async (places) => places.map(([, latitude]) => latitude / 10 - 3),
      events,
      samples,
      facts: [{ value: '1', label: 'one' }],
    });
    expect(svg.length).toBeLessThan(2e6);
    const { document } = parseHTML(svg);
    const texts = Array.from(document.querySelectorAll('text'), (text) => text.textContent);
    expect(texts).toEqual(expect.arrayContaining(['A < B', 'two & three', 'uniform', 'held-out earthquakes']));
    // Each event is drawn twice, for a dark edge; one of the three is in the close-up too, and the legend shows one of each mark.
    expect(document.querySelectorAll('circle')).toHaveLength(2 * 4 + 2 + 2);
    const png = await toPng(svg, 800);
    expect(Buffer.from(png.subarray(0, 8)).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    const size = new DataView(png.buffer, png.byteOffset + 16);
    expect([size.getUint32(0), size.getUint32(4)]).toEqual([800, 450]);
  });
});
