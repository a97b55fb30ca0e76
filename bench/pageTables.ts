import { readFileSync, writeFileSync } from 'node:fs';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A table of Markdown, its columns to the left, or all but the first to the right. */
export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[], align: 'left' | 'right' = 'left'): string =>
  [row(head), row(head.map((_, i) => (i > 0 && align === 'right' ? '---:' : '---'))), ...rows.map(row)].join('\n');

/**
 * Puts tables into a page, each between `<!-- its name -->` and `<!-- end -->`.
 *
 * @throws Error where the page has no place for one; it is then left as it was
 */
export function fillTables(page: URL, tables: Readonly<Record<string, string>>): void {
  const text = Object.entries(tables).reduce(
    (before, [name, table]) => {
      const [from, to] = [`<!-- ${name} -->\n`, '\n<!-- end -->'];
      const start = before.indexOf(from);
      const end = before.indexOf(to, start);
      if (start < 0 || end < 0) throw new Error(`${page.pathname} must hold ${from.trim()} and behind it ${to.trim()}.`);
      return `${before.slice(0, start)}${from}${table}${before.slice(end)}`;
    },
    readFileSync(page, 'utf8'),
  );
  writeFileSync(page, text);
}
