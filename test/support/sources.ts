import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** All TypeScript files under the folders, as paths from the root of the project. */
export const sourcesUnder = (...folders: readonly string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );

export interface Import {
  readonly from: string;
  /** Erased by the compiler. */
  readonly typeOnly: boolean;
}

/** Whether an import or export names types only, and so is erased. */
function erased(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  const clause = ts.isImportDeclaration(node) ? node.importClause : node;
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const names = ts.isImportClause(clause) ? clause.namedBindings : clause.exportClause;
  const values = ts.isImportClause(clause) && clause.name !== undefined;
  if (values || names === undefined || !(ts.isNamedImports(names) || ts.isNamedExports(names))) return false;
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly);
}

function importAt(node: ts.Node): Import | null {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
    return { from: (node.moduleSpecifier as ts.StringLiteral).text, typeOnly: erased(node) };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return { from: (node.argument.literal as ts.StringLiteral).text, typeOnly: true };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && ts.isStringLiteral(node.arguments[0])) {
    return { from: node.arguments[0].text, typeOnly: false };
  }
  return null;
}

/** What a piece of TypeScript imports, or exports again from elsewhere. */
export function importsIn(text: string): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const one = importAt(node);
    if (one !== null) found.push(one);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.ES2022));
  return found;
}

/** The same of a file. */
export const importsOf = (file: string): Import[] => importsIn(readFileSync(file, 'utf8'));
