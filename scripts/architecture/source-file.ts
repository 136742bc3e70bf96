import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import ts from 'typescript'

/** A TypeScript file of the repository, parsed. */
export interface SourceFile {
  /** From the root of the repository, with `/` between its parts. */
  readonly path: string
  readonly tree: ts.SourceFile
}

/** One break of one rule, said so that a reader knows what to change. */
export interface Violation {
  readonly path: string
  readonly line: number
  readonly message: string
}

/** Reads every file under `root` that one of the patterns names, in the order of their paths. */
export function readSourceFiles(root: string, patterns: readonly string[]): readonly SourceFile[] {
  const paths = patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).map((path) => path.split(sep).join('/'))
  return paths.toSorted().map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    return { path, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) }
  })
}

/** Where in `file` the node stands. */
export function violationAt(file: SourceFile, node: ts.Node, message: string): Violation {
  return { path: file.path, line: file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree)).line + 1, message }
}

/** Every node of the file, the outer before the inner. */
export function* nodesOf(file: SourceFile): Generator<ts.Node> {
  yield* descend(file.tree)
}

function* descend(node: ts.Node): Generator<ts.Node> {
  yield node
  const children: ts.Node[] = []
  ts.forEachChild(node, (child) => void children.push(child))
  for (const child of children) yield* descend(child)
}
