import { importsOf } from './imports.ts'
import type { SourceFile, Violation } from './source-file.ts'

/** Every import that closes a circle, type imports included: files that need one another are one file, or lack a third. */
export function findCycles(files: readonly SourceFile[]): readonly Violation[] {
  const graph = new Map(files.map((file) => [file.path, importsOf(file).flatMap(({ target }) => target ?? [])]))
  const finished = new Set<string>()
  const violations: Violation[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (finished.has(path)) return
    const start = trail.indexOf(path)
    if (start >= 0) {
      violations.push({ path, line: 1, message: `imports itself: ${[...trail.slice(start), path].join(' → ')}` })
      return
    }
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path])
    finished.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return violations
}
