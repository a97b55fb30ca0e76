/** A line with what follows, and a word about it. */
export function heading(title: string, about = ''): void {
  console.log(`\n${title}${about && ` · ${about}`}`);
}

/** Rows with their first cells to the left and the others to the right, in columns. */
export function table(rows: readonly (readonly string[])[]): void {
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
  for (const row of rows) {
    const cells = row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k])));
    console.log(`  ${cells.join('   ')}`.trimEnd());
  }
}
