import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findViolations } from '../../scripts/architecture/check.ts'

describe('the architecture', () => {
  test.each([
    ['packages/core/src/errors.ts', './domain/call.ts', 'errors may not import "./domain/call.ts"'],
    ['packages/core/src/domain/call.ts', '../ports/store.ts', 'domain may not import "../ports/store.ts"'],
    ['packages/core/src/domain/call.ts', 'node:fs', 'domain may not import "node:fs"'],
    ['packages/core/src/ports/store.ts', '../orchestrator/pump.ts', 'ports may not import "../orchestrator/pump.ts"'],
    ['packages/core/src/providers/http.ts', '../orchestrator/pump.ts', 'providers may not import "../orchestrator/pump.ts"'],
    ['packages/core/src/orchestrator/pump.ts', '../http/routes.ts', 'orchestrator may not import "../http/routes.ts"'],
    ['packages/core/src/orchestrator/pump.ts', '../providers/http.ts', 'orchestrator may not import "../providers/http.ts"'],
    ['packages/core/src/http/routes.ts', '../index.ts', 'http may not import "../index.ts"'],
    ['packages/store-sqlite/src/store.ts', '@ebra/core/http', 'store-sqlite may not import "@ebra/core/http"'],
    ['packages/store-sqlite/src/store.ts', '@ebra/store-postgres', 'store-sqlite may not import "@ebra/store-postgres"'],
    ['packages/store-sqlite/src/store.ts', '../../core/src/index.ts', 'store-sqlite may not import "../../core/src/index.ts"'],
    ['packages/adapter-express/src/index.ts', 'fastify', 'adapter-express may not import "fastify"'],
    [
      'examples/demo/src/main.ts',
      '../../../packages/core/src/index.ts',
      'examples/demo may not import "../../../packages/core/src/index.ts": it lies outside',
    ],
    [
      'bench/src/main.ts',
      '../../packages/core/src/index.ts',
      'bench/src may not import "../../packages/core/src/index.ts": it lies outside',
    ],
  ])('forbids %s to import %s', (path, specifier, message) => {
    expect(violationsOf({ [path]: `import ${JSON.stringify(specifier)}` })).toEqual([expect.stringContaining(message)])
  })

  test.each([
    ['a type', "import type { Store } from '../ports/store.ts'"],
    ['a type in place', "type Store = import('../ports/store.ts').Store"],
    ['a re-export', "export { Store } from '../ports/store.ts'"],
    ['a dynamic import', "await import('../ports/store.ts')"],
  ])('counts %s as an import', (_name, text) => {
    expect(violationsOf({ 'packages/core/src/domain/call.ts': text })).toEqual([expect.stringContaining('domain may not import')])
  })

  test('lets imports point down', () => {
    const text = "import '../domain/call.ts'\nimport './clock.ts'"

    expect(violationsOf({ 'packages/core/src/ports/store.ts': text, 'examples/demo/src/main.ts': "import '@ebra/core'" })).toEqual([])
  })

  test('has a layer for every file of a package', () => {
    expect(violationsOf({ 'packages/core/src/glue.ts': '' })).toEqual([expect.stringContaining('stands in no layer')])
  })

  test('forbids a circle, and names its way', () => {
    const found = violationsOf({
      'packages/core/src/domain/a.ts': "import './b.ts'",
      'packages/core/src/domain/b.ts': "import type { C } from './c.ts'",
      'packages/core/src/domain/c.ts': "import './b.ts'",
    })

    expect(found).toEqual([
      expect.stringContaining('packages/core/src/domain/b.ts → packages/core/src/domain/c.ts → packages/core/src/domain/b.ts'),
    ])
  })

  test.each([
    ['export const limit = 1', 'limit'],
    ['export function dial() {}', 'dial'],
    ['export class Pump {}', 'Pump'],
    ['export interface Call {}', 'Call'],
    ['export type Status = 1', 'Status'],
    ['const limit = 1\nexport { limit }', 'limit'],
    ['/** */\nexport const limit = 1', 'limit'],
    ['// Not a doc comment.\nexport const limit = 1', 'limit'],
  ])('wants a doc comment on: %s', (text, name) => {
    expect(violationsOf({ 'packages/core/src/domain/call.ts': text })).toEqual([
      expect.stringContaining(`"${name}" is exported without a doc comment`),
    ])
  })

  test('is content with one doc comment for all overloads', () => {
    const text = '/** Dials. */\nexport function dial(to: string): void\nexport function dial(to: number): void\nexport function dial() {}'

    expect(violationsOf({ 'packages/core/src/domain/call.ts': text })).toEqual([])
  })

  test.each(['Date.now()', 'new Date()', 'Math.random()', 'process.exit(1)', 'const now = Date.now'])(
    'forbids a package to say %s',
    (text) => {
      expect(violationsOf({ 'packages/core/src/domain/call.ts': text })).toEqual([expect.stringContaining('take it as an argument')])
      expect(violationsOf({ 'packages/core/src/orchestrator/clock-system.ts': text })).toEqual([])
    },
  )

  test('lets a package build a date of something', () => {
    expect(violationsOf({ 'packages/core/src/domain/call.ts': 'new Date(0)' })).toEqual([])
  })

  test.each(['// TODO: later', '// biome-ignore lint: why', '// @ts-ignore', '// @ts-expect-error'])('forbids %s', (text) => {
    expect(violationsOf({ 'packages/core/src/domain/call.ts': text })).toEqual([expect.stringContaining('mend it instead')])
  })

  test.each(['utils/dates.ts', 'helpers.ts', 'common/a.ts'])('forbids a file called %s', (name) => {
    expect(violationsOf({ [`packages/core/src/domain/${name}`]: '' })).toEqual([expect.stringContaining('says nothing of what is inside')])
  })
})

function violationsOf(files: Record<string, string>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'ebra-architecture-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return findViolations(root).map(({ path, line, message }) => `${path}:${line} ${message}`)
  } finally {
    rmSync(root, { recursive: true })
  }
}
