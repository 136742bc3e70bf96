import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  enqueueInputSchema,
  type NormalizedCall,
  parseEnqueueInput,
  parseEnqueueInputs,
  parseUpdateInput,
  updateInputSchema,
} from '../../src/domain/input.ts'
import type { InputProblem } from '../../src/errors.ts'
import { problemsOf } from './problems-of.ts'

const least = { to: '+12025550123', scriptId: 'welcome' }
const full = {
  ...least,
  from: '+12025550100',
  variables: { name: 'Ada', visits: 3, isNew: false },
  metadata: { customerId: 7, tags: ['a'] },
  provider: 'retell',
  providerOptions: { retell: { agent: { voice: 'x' } } },
  tenant: 'acme',
  priority: -100,
  scheduledAt: new Date('2026-01-01T00:00:00Z'),
  expiresAt: new Date('2026-01-02T00:00:00Z'),
  maxAttempts: 100,
  exclusive: false,
  idempotencyKey: 'order-17',
}

describe('the input of enqueue', () => {
  test('comes out complete', () => {
    const expected: NormalizedCall = {
      ...least,
      from: null,
      variables: {},
      metadata: {},
      provider: null,
      providerOptions: {},
      tenant: null,
      priority: 0,
      scheduledAt: null,
      expiresAt: null,
      maxAttempts: null,
      exclusive: true,
      idempotencyKey: null,
    }
    expect(parseEnqueueInput(least)).toEqual(expected)
    expect(parseEnqueueInput(full)).toEqual(full)
  })

  test('may have null or undefined for every optional field', () => {
    for (const nothing of [null, undefined]) {
      const spelled = Object.fromEntries(Object.keys(full).map((field) => [field, nothing]))
      expect(parseEnqueueInput({ ...spelled, ...least })).toEqual(parseEnqueueInput(least))
    }
  })

  test('is copied: what the host changes later changes nothing', () => {
    const input = structuredClone(full)
    const call = parseEnqueueInput(input)
    input.metadata.tags.push('b')
    input.variables.name = 'Bob'
    input.scheduledAt.setFullYear(2100)
    expect(call).toEqual(full)
  })

  test.each([
    [{ to: 12025550123 }, 'to', 'Expected a phone number in E.164 form, got a number.'],
    [
      { to: '2025550123' },
      'to',
      'Expected a phone number in E.164 form ("+" and 7 to 15 digits, like +12025550123), got a string of 10 characters.',
    ],
    [{ to: '+12025550' }, 'to', 'Expected a phone number with as many digits as those of +1 have, got 8 in all.'],
    [{ to: undefined }, 'to', 'Expected a phone number in E.164 form, got nothing.'],
    [{ to: null }, 'to', 'Expected a phone number in E.164 form, got null.'],
    [{ scriptId: '' }, 'scriptId', 'Expected the id of a script, 1 to 200 characters, got an empty string.'],
    [{ scriptId: 'x'.repeat(201) }, 'scriptId', 'Expected the id of a script, 1 to 200 characters, got a string of 201 characters.'],
    [{ scriptId: 'a\0' }, 'scriptId', 'Expected the id of a script, well-formed text without NUL, got a string of 2 characters.'],
    [{ from: 'a b' }, 'from', 'Expected a caller id, 1 to 64 visible ASCII characters without spaces, got a string of 3 characters.'],
    [{ from: '' }, 'from', 'Expected a caller id, 1 to 64 visible ASCII characters without spaces, got an empty string.'],
    [
      { from: '1'.repeat(65) },
      'from',
      'Expected a caller id, 1 to 64 visible ASCII characters without spaces, got a string of 65 characters.',
    ],
    [{ variables: { a: { b: 1 } } }, 'variables.a', 'Expected a string, a number, true or false, got an object.'],
    [{ variables: { a: null } }, 'variables.a', 'Expected a string, a number, true or false, got null.'],
    [{ variables: { a: 'x'.repeat(16_384) } }, 'variables', 'Expected at most 16384 bytes of JSON, got more.'],
    [{ metadata: [] }, 'metadata', 'Expected a JSON object, got an array.'],
    [{ metadata: { customer: { 'first name': undefined } } }, 'metadata.customer["first name"]', 'Expected a JSON value, got undefined.'],
    [{ metadata: { list: [1, Number.NaN] } }, 'metadata.list[1]', 'Expected a finite number, got NaN.'],
    [{ metadata: { a: 'é'.repeat(8_192) } }, 'metadata', 'Expected at most 16384 bytes of JSON, got more.'],
    [
      { provider: 'Retell' },
      'provider',
      'Expected the name of a provider (a–z, 0–9 and "-", at most 32 characters), got a string of 6 characters.',
    ],
    [{ providerOptions: { retell: 1 } }, 'providerOptions.retell', 'Expected a JSON object, got a number.'],
    [{ providerOptions: { 'no such': {} } }, 'providerOptions["no such"]', 'Expected the name of a provider as the key.'],
    [{ tenant: 'ünsal' }, 'tenant', 'Expected a tenant, 1 to 100 visible ASCII characters without spaces, got a string of 5 characters.'],
    [{ priority: 101 }, 'priority', 'Expected an integer from -100 to 100, got 101.'],
    [{ priority: 1.5 }, 'priority', 'Expected an integer from -100 to 100, got 1.5.'],
    [{ priority: '1' }, 'priority', 'Expected an integer from -100 to 100, got "1".'],
    [{ maxAttempts: 0 }, 'maxAttempts', 'Expected an integer from 1 to 100, got 0.'],
    [{ scheduledAt: '2026-01-01T00:00:00Z' }, 'scheduledAt', 'Expected a Date, got a string of 20 characters.'],
    [{ scheduledAt: new Date(Number.NaN) }, 'scheduledAt', 'Expected a Date, got an invalid Date.'],
    [
      { scheduledAt: new Date('1999-12-31T23:59:59.999Z') },
      'scheduledAt',
      'Expected an instant in the years 2000 to 2200, got another year.',
    ],
    [{ expiresAt: new Date('2201-01-01T00:00:00Z') }, 'expiresAt', 'Expected an instant in the years 2000 to 2200, got another year.'],
    [{ scheduledAt: full.expiresAt, expiresAt: full.expiresAt }, 'expiresAt', 'Expected an instant after scheduledAt.'],
    [{ exclusive: 'no' }, 'exclusive', 'Expected true or false, got a string of 2 characters.'],
    [
      { idempotencyKey: 'ключ' },
      'idempotencyKey',
      'Expected an idempotency key, 1 to 255 visible ASCII characters without spaces, got a string of 4 characters.',
    ],
    [{ metdata: {} }, 'metdata', 'There is no such key. Did you mean "metadata"?'],
    [JSON.parse('{"__proto__":{"priority":1}}'), '__proto__', 'There is no such key.'],
  ])('%j is refused', (change, path, message) => {
    const input = Object.defineProperties({ ...least }, Object.getOwnPropertyDescriptors(change))
    expect(problemsOf(() => parseEnqueueInput(input))).toEqual([{ path, message } satisfies InputProblem])
  })

  test.each([[undefined], [null], ['call'], [[]], [7]])('that is %j is no input', (input) => {
    expect(problemsOf(() => parseEnqueueInput(input))).toEqual([{ path: '', message: expect.stringContaining('Expected an object, got ') }])
  })

  test('is taken at every limit', () => {
    const limits = {
      ...least,
      scriptId: 's'.repeat(200),
      from: 'f'.repeat(64),
      tenant: 't'.repeat(100),
      idempotencyKey: 'k'.repeat(255),
      priority: 100,
      maxAttempts: 1,
    }
    const instants = { scheduledAt: new Date('2000-01-01T00:00:00.000Z'), expiresAt: new Date('2200-12-31T23:59:59.999Z') }
    const json = {
      metadata: { a: 'x'.repeat(16_384 - 8) },
      variables: { a: 'x'.repeat(16_384 - 8) },
      providerOptions: { a: { b: 'x'.repeat(16_384 - 14) } },
    }
    expect(parseEnqueueInput({ ...limits, ...instants, ...json })).toMatchObject({ ...limits, ...instants, ...json })
  })

  test('has all its problems listed at once, those between fields too', () => {
    const input = {
      to: 'x',
      scriptId: 7,
      metadata: { a: undefined, b: 1n },
      priority: 1000,
      scheduledAt: full.expiresAt,
      expiresAt: full.scheduledAt,
      extra: 1,
    }
    expect(
      problemsOf(() => parseEnqueueInput(input, 'calls[3]'))
        .map(({ path }) => path)
        .sort(),
    ).toEqual([
      'calls[3].expiresAt',
      'calls[3].extra',
      'calls[3].metadata.a',
      'calls[3].metadata.b',
      'calls[3].priority',
      'calls[3].scriptId',
      'calls[3].to',
    ])
  })

  test('never has its values shown', () => {
    const secret = 'S3CRET'
    const input = {
      to: secret,
      scriptId: [secret],
      from: `${secret} `,
      tenant: `${secret} `,
      metadata: { a: [secret, 1n] },
      variables: { a: [secret] },
      idempotencyKey: `${secret} `,
    }
    const problems = problemsOf(() => parseEnqueueInput(input))
    expect(problems).toHaveLength(7)
    expect(JSON.stringify(problems)).not.toContain(secret)
  })

  test('of any kind is answered with a call or a ValidationError', () => {
    const field = fc.oneof(fc.anything(), fc.constant('+12025550123'), fc.date({ noInvalidDate: false }))
    const input = fc.record(Object.fromEntries(Object.keys(full).map((name) => [name, field])), { requiredKeys: [] })
    fc.assert(
      fc.property(fc.oneof(fc.anything(), input), (value) => {
        problemsOf(() => parseEnqueueInput(value))
        problemsOf(() => parseUpdateInput(value))
      }),
      { numRuns: 500 },
    )
  })
})

describe('the inputs of enqueueMany', () => {
  test('come out in their order', () => {
    expect(parseEnqueueInputs([least, full])).toEqual([parseEnqueueInput(least), full])
    expect(parseEnqueueInputs([])).toEqual([])
  })

  test('are refused together, each problem with its index', () => {
    expect(problemsOf(() => parseEnqueueInputs([least, { ...least, to: null }, least, { ...least, metadata: { a: undefined } }]))).toEqual([
      { path: 'calls[1].to', message: 'Expected a phone number in E.164 form, got null.' },
      { path: 'calls[3].metadata.a', message: 'Expected a JSON value, got undefined.' },
    ])
    expect(problemsOf(() => parseEnqueueInputs('many'))).toEqual([
      { path: 'calls', message: 'Expected an array of calls, got a string of 4 characters.' },
    ])
  })

  test('list a hundred problems and say when there are more', () => {
    const problems = problemsOf(() => parseEnqueueInputs(Array.from({ length: 5_000 }, () => null)))
    expect(problems).toHaveLength(101)
    expect(problems.at(-1)).toEqual({ path: '', message: 'There are more problems than these.' })
    expect(problemsOf(() => parseEnqueueInputs(Array.from({ length: 100 }, () => null)))).toHaveLength(100)
  })
})

describe('the input of update', () => {
  const { tenant, idempotencyKey, ...changeable } = full

  test('comes out with the keys to change and no others', () => {
    expect(parseUpdateInput({})).toEqual({})
    expect(Object.keys(parseUpdateInput({ priority: undefined, to: undefined }))).toEqual([])
    expect(parseUpdateInput(changeable)).toEqual(changeable)
    expect(Object.keys(parseUpdateInput({ priority: 1 }))).toEqual(['priority'])
  })

  test('has null for what is to have its default', () => {
    const { to, scriptId, ...clearable } = changeable
    const cleared = Object.fromEntries(Object.keys(clearable).map((field) => [field, null]))
    const { tenant, idempotencyKey, to: _to, scriptId: _scriptId, ...defaults } = parseEnqueueInput(least)
    expect(parseUpdateInput(cleared)).toEqual(defaults)
  })

  test.each([
    [{ to: null }, 'to', 'Expected a phone number in E.164 form, got null.'],
    [{ scriptId: null }, 'scriptId', 'Expected the id of a script, got null.'],
    [{ tenant: 'other' }, 'tenant', 'There is no such key.'],
    [{ idempotencyKey: 'k' }, 'idempotencyKey', 'There is no such key.'],
    [{ prioirty: 1 }, 'prioirty', 'There is no such key. Did you mean "priority"?'],
    [{ scheduledAt: full.expiresAt, expiresAt: full.scheduledAt }, 'expiresAt', 'Expected an instant after scheduledAt.'],
  ])('%j is refused', (input, path, message) => {
    expect(problemsOf(() => parseUpdateInput(input))).toEqual([{ path, message }])
  })
})

test('the schemas and the types say the same', () => {
  expectTypeOf(enqueueInputSchema.parse).returns.toEqualTypeOf<NormalizedCall>()
  expectTypeOf(updateInputSchema.parse).returns.toHaveProperty('priority').toEqualTypeOf<number | undefined>()
  expectTypeOf<NormalizedCall['maxAttempts']>().toEqualTypeOf<number | null>()
})
