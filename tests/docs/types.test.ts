import { describe, expect, test } from 'vitest'
import { compile } from './compiled.ts'
import { namesIn, readPage, tableUnder } from './pages.ts'

const compiled = compile({
  'types.ts': `
    export type { CallEvent, HttpMapping, HttpProviderOptions, Provider, ProviderTraits, SimulatedProviderOptions } from '@ebra/core'
    import type { EnqueueInput } from '@ebra/core'
    import type { MountOptions } from '@ebra/core/http'
    import type { PostgresStoreOptions } from '@ebra/store-postgres'
    import type { SqliteStoreOptions } from '@ebra/store-sqlite'
    export interface Mount extends MountOptions<unknown> {}
    export interface Sqlite extends SqliteStoreOptions {}
    export type Postgres = { [TKey in keyof PostgresStoreOptions]: unknown }
    export type Enqueue = { [TKey in keyof EnqueueInput]: unknown }
  `,
})

describe('a table', () => {
  test.each([
    ['docs/providers.md', 'Options of HttpProvider', 'HttpProviderOptions'],
    ['docs/providers.md', 'Mapping', 'HttpMapping'],
    ['docs/providers.md', 'Options of SimulatedProvider', 'SimulatedProviderOptions'],
    ['docs/http-api.md', 'Access', 'Mount'],
    ['packages/store-sqlite/README.md', '@ebra/store-sqlite', 'Sqlite'],
    ['packages/store-postgres/README.md', '@ebra/store-postgres', 'Postgres'],
  ])('in %s under "%s" has a row for each key of %s', (path, heading, type) => {
    const rows = tableUnder(readPage(path), heading, { heads: 'option.*|function' }).flatMap(([name]) => namesIn(name))

    expect(rows.toSorted()).toEqual(keysOf(type).toSorted())
  })

  test('of what a call may carry over HTTP has a row for each key but the tenant, which is not the client’s to say', () => {
    const named = tableUnder(readPage('docs/http-api.md'), 'A call').flatMap(([names]) => namesIn(names))

    expect(named.toSorted()).toEqual(
      keysOf('Enqueue')
        .filter((key) => key !== 'tenant')
        .toSorted(),
    )
  })

  test('of the members of a provider has each that may be left out', () => {
    const rows = tableUnder(readPage('docs/writing-a-provider.md'), 'What else it may have').flatMap(([names]) => namesIn(names))
    const traits = keysOf('ProviderTraits').map((key) => `traits.${key}`)
    const methods = keysOf('Provider').filter((key) => !['name', 'traits', 'place', 'webhook', 'webhooksUnsigned'].includes(key))

    expect(rows.map((row) => row.replace(/\(.*/, '')).toSorted()).toEqual([...traits, ...methods].toSorted())
  })

  test('of the events has each, with all its facts', () => {
    const rows = tableUnder(readPage('docs/events.md'), 'Events').map(([event, facts]) => [...namesIn(event), namesIn(facts)])

    expect(Object.fromEntries(rows)).toEqual(factsByEvent())
  })
})

function keysOf(name: string): readonly string[] {
  const { type } = compiled.exported('types.ts', name)
  return type.getProperties().map((property) => property.name)
}

/** The names of the facts of each event, from the union that they are. */
function factsByEvent(): Readonly<Record<string, readonly string[]>> {
  const { type, checker } = compiled.exported('types.ts', 'CallEvent')
  const members = type.isUnion() ? type.types : [type]
  return Object.fromEntries(
    members.flatMap((member) => {
      const named = checker.getTypeOfSymbol(member.getProperty('type') ?? member.symbol)
      const facts = member.getProperties().map((property) => property.name)
      const names = named.isUnion() ? named.types : [named]
      return names.map((name) => [name.isStringLiteral() ? name.value : '', facts.filter((fact) => fact !== 'type' && fact !== 'at')])
    }),
  )
}
