import { existsSync, readFileSync } from 'node:fs';
import { type TableDensity, tableDensity } from './tableDensity.ts';

/** Residues by what their torsion angles depend on, and the files of their tables. */
export const RESIDUES = {
  general: 'pref_general.data',
  glycine: 'pref_glycine.data',
  'before proline': 'pref_preproline.data',
  proline: 'pref_proline.data',
} as const;
export type Residue = keyof typeof RESIDUES;

/** Nodes at −179°, −177°, … */
const BINS = 180;
const first = (-179 * Math.PI) / 180;
const folder = new URL('data/pyrama/data/', import.meta.url);

/** The density of the torsion angles (φ, ψ) of protein backbones, as pyrama 2.0.2 has it in a table of 180 × 180: `bash bench/angles/setup.sh` puts it here. */
export function torsionDensity(residue: Residue): TableDensity {
  const file = new URL(RESIDUES[residue], folder);
  if (!existsSync(file)) throw new Error(`there is no ${file.pathname}; run bash bench/angles/setup.sh first, which takes it from PyPI.`);
  const values = new Float64Array(BINS ** 2);
  const nodeOf = (degrees: number) => (degrees + 179) / 2;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [phi, psi, value] = line.trim().split(/\s+/).map(Number);
    values[nodeOf(phi) * BINS + nodeOf(psi)] = value;
  }
  return tableDensity({ values, bins: BINS, first, dimensions: 2 });
}
