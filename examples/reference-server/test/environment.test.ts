import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readEnvironment, variableNames } from '../src/environment.ts'
import { type Settings, settingsFrom } from '../src/settings.ts'

const example = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8')
const listed = [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => ({ name, value }))

describe('.env.example', () => {
  it('lists every variable, once, and no other', () => {
    expect(listed.map(({ name }) => name).sort()).toEqual(variableNames.toSorted())
  })

  it('shows defaults that are those of the server', () => {
    const unset = settings({})
    const hasDefault = listed.filter(
      ({ name, value }) => value !== '' && !['PUBLIC_BASE_URL', 'DATABASE_URL', 'DB_HOST', 'DB_PORT'].includes(name),
    )
    expect(settings(Object.fromEntries(hasDefault.map(({ name, value }) => [name, value])))).toEqual(unset)
  })
})

describe('the settings', () => {
  it('keep calls in a file and dial through the simulator unless told otherwise', () => {
    expect(settings({})).toEqual({
      port: 3_000,
      httpAdapter: 'express',
      logLevel: 'info',
      apiKey: null,
      publicUrl: null,
      database: { kind: 'sqlite', file: 'ebra.db' },
      platform: { kind: 'simulator' },
      webhookSecrets: false,
      concurrency: 30,
      maxAttempts: 3,
      baseDelayMs: 30_000,
      staleAfterMs: 900_000,
    })
  })

  it('take a variable that is empty, or blank, for one that is missing', () => {
    expect(settings({ API_KEY: '', DATABASE_URL: ' ', PORT: '', WEBHOOK_SECRET: '' })).toEqual(settings({}))
  })

  it('name a Postgres by its parts, whatever they consist of', () => {
    const { database } = settings({ DB_HOST: '::1', DB_USER: 'e@b', DB_PASS: 'p:/?#%', DB_NAME: 'a b' })
    expect(database).toEqual({ kind: 'postgres', connectionString: 'postgres://e%40b:p%3A%2F%3F%23%25@[::1]:5432/a%20b' })
  })

  it('prefer the one address of a Postgres to its parts', () => {
    const { database } = settings({ DATABASE_URL: 'postgresql://one/two', DB_NAME: 'three' })
    expect(database).toEqual({ kind: 'postgres', connectionString: 'postgresql://one/two' })
  })

  it('take several webhook secrets, while one takes the place of another', () => {
    const secrets = ['old', 'new'].map((name) => `whsec_${Buffer.from(`the ${name} secret of this server`).toString('base64')}`)
    expect(settings({ WEBHOOK_SECRET: secrets.join(', ') }).webhookSecrets).toEqual(secrets)
  })

  it.each(['API_KEY', 'PROVIDER_API_KEY', 'WEBHOOK_SECRET', 'DATABASE_URL'])('do not show what is wrong with %s', (name) => {
    const reading = readEnvironment({ [name]: 'a thing to hide' })
    expect(reading).toMatchObject({ kind: 'problems', problems: [expect.stringMatching(`^${name} must be `)] })
    expect(JSON.stringify(reading)).not.toContain('a thing to hide')
  })
})

function settings(variables: Readonly<Record<string, string>>): Settings {
  const reading = readEnvironment(variables)
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'))
  return settingsFrom(reading.environment)
}
