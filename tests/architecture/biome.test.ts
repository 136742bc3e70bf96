import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const lines = (count: number, line: string) => Array.from({ length: count }, () => line).join('\n')

describe('the linter', () => {
  test.each([
    ['an any', 'noExplicitAny', 'export const x: any = 1'],
    ['a function over 60 lines', 'noExcessiveLinesPerFunction', `export function f(x: number[]) {\n${lines(61, '  x.push(1)')}\n}`],
    [
      'a method over 60 lines',
      'noExcessiveLinesPerFunction',
      `export class C {\n  f(x: number[]) {\n${lines(61, '    x.push(1)')}\n  }\n}`,
    ],
    ['a file over 300 lines', 'noExcessiveLinesPerFile', lines(301, 'export {}')],
    ['a console', 'noConsole', "console.log('x')"],
    ['a floating promise', 'noFloatingPromises', 'async function f() {}\nexport function g() {\n  f()\n}'],
    ['a re-export of everything', 'noReExportAll', "export * from './y.ts'"],
    ['a default export', 'noDefaultExport', 'export default 1'],
    ['an enum', 'noEnum', 'export enum E { A }'],
    ['an import without its extension', 'useImportExtensions', "import { y } from './y'\nexport const x = y"],
    ['a type imported as a value', 'useImportType', "import { Y } from './y.ts'\nexport type X = Y"],
    ['a dependency that no manifest names', 'noUndeclaredDependencies', "import left from 'left-pad'\nexport const x = left"],
    ['a variable nobody reads', 'noUnusedVariables', 'const x = 1'],
    ['something thrown that is no error', 'useThrowOnlyError', "export function f() {\n  throw 'x'\n}"],
  ])('refuses %s (%s)', (_name, rule, text) => {
    expect(lint({ 'packages/core/src/x.ts': text })).toContain(rule)
  })

  test('refuses a circle', () => {
    const circle = {
      'packages/core/src/x.ts': "import { y } from './y.ts'\nexport const x = y",
      'packages/core/src/y.ts': "import { x } from './x.ts'\nexport const y = x",
    }

    expect(lint(circle)).toContain('noImportCycles')
  })

  test('refuses a file name that is not in kebab-case', () => {
    expect(lint({ 'packages/core/src/myFile.ts': 'export {}' })).toContain('useFilenamingConvention')
  })

  test('refuses a skipped and a focused test', () => {
    const text = "import { test } from 'vitest'\ntest.skip('x', () => {})\ntest.only('y', () => {})"

    const found = lint({ 'packages/core/test/x.test.ts': text })

    expect(found).toContain('noSkippedTests')
    expect(found).toContain('noFocusedTests')
  })

  test('passes a clean file', () => {
    expect(lint({ 'packages/core/src/x.ts': "export const x = 'x'\n" })).not.toContain('Found')
  })
})

function lint(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'ebra-lint-'))
  const all = { 'package.json': '{}', 'packages/core/package.json': '{}', 'packages/core/src/y.ts': yFile, ...files }
  try {
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    cpSync(join(root, 'biome.json'), join(folder, 'biome.json'))
    const options = ['--colors=off', '--vcs-enabled=false', '--max-diagnostics=none']
    const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/biome'), ['lint', ...options], { cwd: folder, encoding: 'utf8' })
    return stdout + stderr
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const yFile = 'export const y = 1\nexport type Y = typeof y\n'
