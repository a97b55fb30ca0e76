/** What the plots have in common: their type, their room, and axes of powers of ten. */
export const FRAME = {
  height: 420,
  marginLeft: 56,
  marginBottom: 44,
  style: { fontFamily: 'DejaVu Sans, Verdana, sans-serif', fontSize: '12px', background: 'white', color: '#222' },
};

export const powerOfTen = (v: number): string => `1e${Math.round(Math.log10(v))}`;

/** A logarithmic axis along the bottom. */
export const below = (label: string) => ({ type: 'log', label, labelAnchor: 'center', labelArrow: 'none' }) as const;

/** A logarithmic axis on the left, with lines through the plot. */
export const beside = (label: string, domain: readonly [number, number]) =>
  ({ type: 'log', label, domain: [...domain], tickFormat: '~g', grid: true, labelArrow: 'none' }) as const;
