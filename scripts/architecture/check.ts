import { findCycles } from './cycles.ts'
import { findUndocumentedExports } from './documentation.ts'
import { findBadHabits } from './habits.ts'
import { findLayerViolations } from './layers.ts'
import { readSourceFiles, type Violation } from './source-file.ts'

/** Holds the source under `root` against the architecture: layers, cycles, documentation, habits. An empty list: it keeps every rule. */
export function findViolations(root: string): readonly Violation[] {
  const sources = readSourceFiles(root, ['packages/*/src/**/*.ts', 'examples/*/src/**/*.ts', 'bench/src/**/*.ts'])
  const tests = readSourceFiles(root, ['packages/*/test/**/*.ts', 'examples/*/test/**/*.ts', 'bench/test/**/*.ts'])
  return [
    ...findLayerViolations(sources),
    ...findCycles(sources),
    ...findUndocumentedExports(sources),
    ...findBadHabits([...sources, ...tests]),
  ]
}
