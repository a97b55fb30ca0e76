/** The shortest decimal that reads back as the same float32. */
function float32Text(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === Math.fround(value)) return text;
  }
  return String(Number(value.toPrecision(9)));
}

/** A word as a field of CSV (RFC 4180). */
const field = (text: string): string => (/[",\r\n#]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * A CSV file of float32 numbers.
 *
 * @param labels words that go before the numbers of each row
 */
export function toCsv(header: readonly string[], rows: Iterable<ArrayLike<number>>, labels?: readonly string[]): string {
  const lines = [header.join(',')];
  for (const row of rows) {
    const label = labels?.[lines.length - 1];
    lines.push([...(label === undefined ? [] : [field(label)]), ...Array.from(row, float32Text)].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** Names of a point's coordinates. */
export const coordinateNames = (m: number): string[] =>
  m <= 3 ? ['x', 'y', 'z'].slice(0, m) : Array.from({ length: m }, (_, i) => `x${i + 1}`);
