/** Colours of the maps. */
export const INK = {
  paper: '#0b0d17',
  sea: '#05060f',
  land: '#ffffff',
  text: '#f4f5fa',
  quiet: '#9aa0b8',
  event: '#5ce1ff',
  sample: '#ffffff',
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A line of text as SVG. */
export const words = (x: number, y: number, size: number, text: string, { weight = 400, fill = INK.text, anchor = 'start' } = {}): string =>
  `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escaped(text)}</text>`;

/** A number with at most one decimal. */
export const short = (value: number): string => String(Math.round(value * 10) / 10);

/** A number with at most so many decimals and a proper minus sign. */
export const minus = (value: number, digits = 2): string => value.toFixed(digits).replace('-', '−');
