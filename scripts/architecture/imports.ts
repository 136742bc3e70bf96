import { posix } from 'node:path'
import ts from 'typescript'
import { nodesOf, type SourceFile } from './source-file.ts'

/** What one file takes from another, whether as a value or as a type. */
export interface Import {
  readonly node: ts.Node
  /** As written. */
  readonly specifier: string
  /** The file's path if the specifier is relative, else null. */
  readonly target: string | null
}

/** All imports and re-exports of the file: static, dynamic, and in the position of a type. */
export function importsOf(file: SourceFile): readonly Import[] {
  return [...nodesOf(file)].flatMap((node) => {
    const specifier = specifierOf(node)
    if (specifier === null) return []
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : null
    return [{ node, specifier, target }]
  })
}

function specifierOf(node: ts.Node): string | null {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier)
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : null
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return textOf(node.arguments[0])
  return null
}

function textOf(node: ts.Node | undefined): string | null {
  return node && ts.isStringLiteralLike(node) ? node.text : null
}
