import { readFileSync } from 'node:fs';

/** The fenced blocks of a Markdown file that are marked with a language, in order. */
export function codeBlocks(file: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...readFileSync(file, 'utf8').matchAll(fence)].map(([, code]) => code);
}
