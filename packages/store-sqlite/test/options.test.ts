import { expect, it } from 'vitest'
import { SqliteStore, type SqliteStoreOptions } from '../src/index.ts'

/** What a host without types may write. */
function storeWith(options: unknown): SqliteStore {
  return new SqliteStore(options as SqliteStoreOptions)
}

it('an option that nobody would read is refused, with the one that was probably meant', () => {
  expect(() => storeWith({ fiel: 'ebra.db' })).toThrow('new SqliteStore: unknown option "fiel". Did you mean "file"?')
})

it('a store needs a file', () => {
  for (const file of [undefined, '', ' ', 7, null]) {
    expect(() => storeWith({ file })).toThrow('new SqliteStore: file must be the path of a database, or ":memory:".')
  }
})

it('options that are no object are refused', () => {
  expect(() => storeWith('ebra.db')).toThrow('new SqliteStore: options must be an object')
})

it('a way to migrate that does not exist is refused', () => {
  expect(() => storeWith({ file: 'ebra.db', migrate: 'alwys' })).toThrow('migrate must be one of "auto", "never", got "alwys".')
})

it('a pause between looks is a number of milliseconds from 1 to 1000', () => {
  for (const wakePollMs of [0, 1_001, Number.NaN, '50'])
    expect(() => storeWith({ file: 'ebra.db', wakePollMs })).toThrow('wakePollMs must be')
  expect(storeWith({ file: 'ebra.db', wakePollMs: 1 }).kind).toBe('sqlite')
})

it('making a store touches no file', () => {
  expect(storeWith({ file: '/no/such/folder/ebra.db' }).kind).toBe('sqlite')
})
