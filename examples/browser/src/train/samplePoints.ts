import type { SpaceName } from './spaces.ts';

const N = 1500;

/** Points to try the page with, as CSV text. */
export function samplePoints(space: SpaceName): string {
  const uniform = Math.random;
  const normal = (deviation: number): number => deviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const row = (): number[] => {
    if (space === 'plane') {
      // Two half-moons.
      const [t, upper] = [Math.PI * uniform(), uniform() < 0.5];
      return upper
        ? [Math.cos(t) + normal(0.08), Math.sin(t) + normal(0.08)]
        : [1 - Math.cos(t) + normal(0.08), 0.4 - Math.sin(t) + normal(0.08)];
    }
    if (space === 'circle') return [uniform() < 0.7 ? 40 + normal(18) : -110 + normal(30)];
    if (space === 'sphere') return uniform() < 0.6 ? [20 + normal(15), 45 + normal(8)] : [-70 + normal(10), -10 + normal(12)];
    // Torsion angles of a helix and of a sheet.
    return uniform() < 0.55 ? [-63 + normal(12), -43 + normal(12)] : [-120 + normal(25), 135 + normal(18)];
  };
  const header: Readonly<Record<SpaceName, string>> = { plane: 'x,y', circle: 'angle', sphere: 'longitude,latitude', torus: 'phi,psi' };
  const lines = Array.from({ length: N }, () =>
    row()
      .map((value) => value.toFixed(3))
      .join(','),
  );
  return `${header[space]}\n${lines.join('\n')}\n`;
}
