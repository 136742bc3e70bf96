import { describe, expect, test } from 'vitest'
import { HttpProvider } from '../../src/providers/http-provider.ts'
import type { HttpProviderOptions } from '../../src/providers/http-provider-options.ts'
import { secret } from './dial-fixtures.ts'

const base: HttpProviderOptions = { baseUrl: 'https://voice.example/v1', webhookSecrets: [secret] }
const without = (key: keyof HttpProviderOptions) =>
  Object.fromEntries(Object.entries(base).filter(([name]) => name !== key)) as HttpProviderOptions

describe('an HttpProvider', () => {
  test('has get, find and hangUp only where they were switched on', () => {
    const plain = new HttpProvider(base)
    const able = new HttpProvider({ ...base, get: true, find: true, hangUp: true })
    for (const name of ['get', 'find', 'hangUp'] as const) {
      expect(name in plain).toBe(false)
      expect(typeof able[name]).toBe('function')
      expect(name in new HttpProvider({ ...base, [name]: false })).toBe(false)
    }
  })

  test('promises what it was told, and nothing else', () => {
    expect(new HttpProvider(base).traits).toEqual({})
    const told = { placeTimeoutMs: 20_000, findSettleMs: 0, maxCallMs: 3_600_000, maxConcurrent: 20, dialsPerSecond: 0.5 }
    expect(new HttpProvider({ ...base, ...told, idempotencyWindowMs: 60_000 }).traits).toEqual({
      ...told,
      idempotency: { windowMs: 60_000 },
    })
  })

  test('says whether it believes unsigned webhooks', () => {
    expect(new HttpProvider(base).webhooksUnsigned).toBe(false)
    expect(new HttpProvider({ ...base, webhookSecrets: false }).webhooksUnsigned).toBe(true)
  })

  test('is called http unless it has a name', () => {
    expect(new HttpProvider(base).name).toBe('http')
    expect(new HttpProvider({ ...base, name: 'retell-eu' }).name).toBe('retell-eu')
  })
})

describe('options of an HttpProvider', () => {
  const advice = `Make one with: node -p "'whsec_' + require('node:crypto').randomBytes(32).toString('base64')"`
  const secretsRule = 'webhookSecrets must be a list of "whsec_…" secrets, or false to believe unsigned webhooks'

  test.each<[string, unknown, string]>([
    ['no webhookSecrets', without('webhookSecrets'), `new HttpProvider: ${secretsRule}; it is missing. ${advice}`],
    ['an empty list of secrets', { ...base, webhookSecrets: [] }, `new HttpProvider: ${secretsRule}; it is an empty list. ${advice}`],
    ['a bare secret', { ...base, webhookSecrets: secret }, `new HttpProvider: ${secretsRule}; it is a string. ${advice}`],
    ['a bad secret', { ...base, webhookSecrets: [secret, 'x'] }, `new HttpProvider: webhookSecrets[1] must start with "whsec_". ${advice}`],
    ['no baseUrl', without('baseUrl'), 'new HttpProvider: baseUrl must be an http or https address, got "undefined".'],
    ['another scheme', { ...base, baseUrl: 'ftp://x' }, 'new HttpProvider: baseUrl must be an http or https address, got "ftp://x".'],
    [
      'a password in the address',
      { ...base, baseUrl: 'https://me:secret@x' },
      'new HttpProvider: baseUrl must hold no user, password, query or fragment. Give a key as apiKey, other headers by map.headers.',
    ],
    [
      'a key with a line break',
      { ...base, apiKey: 'a\nb' },
      'new HttpProvider: apiKey must be visible ASCII characters. Leave it out for a platform that wants none.',
    ],
    [
      'a bad name',
      { ...base, name: 'My App' },
      `new HttpProvider: name must be 1 to 32 of a-z, 0-9 and "-", beginning with a letter, got "My App".`,
    ],
    ['a mistyped key', { ...base, webhookSecret: [] }, 'new HttpProvider: unknown option "webhookSecret". Did you mean "webhookSecrets"?'],
    ['a mistyped mapping', { ...base, map: { bdoy: () => ({}) } }, 'new HttpProvider, map: unknown option "bdoy". Did you mean "body"?'],
    [
      'a status that is none',
      { ...base, notPlacedStatuses: [200] },
      'new HttpProvider: notPlacedStatuses[0] must be an integer from 400 to 599, got 200.',
    ],
    ['a negative span', { ...base, findSettleMs: -1 }, 'new HttpProvider: findSettleMs must be a number from 0 to 31536000000, got -1.'],
    [
      'an empty window',
      { ...base, idempotencyWindowMs: 0 },
      'new HttpProvider: idempotencyWindowMs must be a number from 1 to 31536000000, got 0.',
    ],
    ['nothing at all', undefined, 'new HttpProvider: options must be an object, got nothing.'],
  ])('with %s are refused', (_, options, message) => {
    expect(() => new HttpProvider(options as HttpProviderOptions)).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION_INVALID', message }),
    )
  })

  test('never show a secret or key in an error', () => {
    for (const options of [
      { ...base, webhookSecrets: ['top-secret'] },
      { ...base, apiKey: 'top-secret\n' },
      { ...base, baseUrl: 'https://a:top-secret@x' },
    ]) {
      expect(() => new HttpProvider(options)).not.toThrow(/top-secret/)
    }
  })
})

describe('the check before a call is enqueued', () => {
  const request = { to: '+12025550123', from: null, scriptId: 'welcome', variables: {}, metadata: {}, providerOptions: {}, tenant: null }

  test('takes any script where scripts are not mapped', () => {
    expect(new HttpProvider(base).check(request)).toEqual([])
  })

  test('refuses a script that scripts lacks, be it a table or a function', () => {
    const problem = [{ path: 'scriptId', message: 'The provider has no script "welcome": add it to the option scripts.' }]
    const table = new HttpProvider({ ...base, scripts: { other: {} } })
    expect(table.check(request)).toEqual(problem)
    expect(table.check({ ...request, scriptId: 'other' })).toEqual([])
    expect(table.check({ ...request, scriptId: 'toString' })).toHaveLength(1)
    expect(new HttpProvider({ ...base, scripts: () => undefined }).check(request)).toEqual(problem)
  })

  test('refuses provider options that would unbind the dial from its attempt', () => {
    const providerOptions = { to: '+12025550199', attemptId: 'x', callId: 'y', callbackUrl: 'z', voice: 'ada' }
    expect(new HttpProvider(base).check({ ...request, providerOptions }).map(({ path }) => path)).toEqual([
      'providerOptions.to',
      'providerOptions.attemptId',
      'providerOptions.callId',
      'providerOptions.callbackUrl',
    ])
  })
})
