import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { parseEnqueueInput, parseEnqueueInputs, parseUpdateInput } from '../../src/domain/input.ts'
import { bodySchemas } from '../../src/domain/input-body.ts'
import { parseInput } from '../../src/domain/input-problems.ts'
import { problemsOf } from './problems-of.ts'

const least = { to: '+12025550123', scriptId: 'welcome' }
const bodies = bodySchemas({ exposeProviderOptions: false })
const fullBodies = bodySchemas({ exposeProviderOptions: true })

describe('the body of POST /calls', () => {
  test('comes out as an input for enqueue', () => {
    const body = { ...least, metadata: { a: 1 }, scheduledAt: '2026-01-31T09:30:00+02:00', expiresAt: '2026-02-01T00:00:00.123456Z' }
    const input = parseInput(bodies.enqueue, body)
    expect(input).toMatchObject({ scheduledAt: new Date('2026-01-31T07:30:00.000Z'), expiresAt: new Date('2026-02-01T00:00:00.123Z') })
    expect(parseEnqueueInput(input)).toEqual({ ...parseEnqueueInput(least), ...input })
  })

  test('may have the nulls that an answer has', () => {
    const body = {
      ...least,
      from: null,
      scheduledAt: null,
      expiresAt: null,
      metadata: {},
      variables: {},
      priority: 0,
      maxAttempts: 3,
    }
    expect(parseInput(bodies.enqueue, body)).toMatchObject(body)
  })

  test.each([
    '2026-01-31',
    '2026-01-31T09:30:00',
    '2026-02-30T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '31.1.2026',
    '',
    1_769_851_800_000,
    true,
    {},
  ])('refuses %j as an instant', (scheduledAt) => {
    expect(problemsOf(() => parseInput(bodies.enqueue, { ...least, scheduledAt }))).toEqual([
      {
        path: 'scheduledAt',
        message: expect.stringMatching(/^Expected an ISO 8601 instant with an offset, like 2026-01-31T09:30:00.000Z, got /),
      },
    ])
  })

  test.each(['1999-12-31T23:59:59Z', '2201-01-01T00:00:00Z', '2000-01-01T00:00:00+01:00'])('refuses %s for its year', (expiresAt) => {
    expect(problemsOf(() => parseInput(bodies.enqueue, { ...least, expiresAt }))).toEqual([
      { path: 'expiresAt', message: 'Expected an instant in the years 2000 to 2200, got another year.' },
    ])
  })

  test('refuses what the wire does not know, such as a tenant, which is the host’s to say', () => {
    expect(problemsOf(() => parseInput(fullBodies.enqueue, { ...least, tenant: 'acme', status: 'PENDING', scriptid: 'x' }))).toEqual([
      { path: 'tenant', message: 'There is no such key.' },
      { path: 'status', message: 'There is no such key.' },
      { path: 'scriptid', message: 'There is no such key. Did you mean "scriptId"?' },
    ])
  })

  test('names a provider only where the mount exposes that', () => {
    const body = { ...least, provider: 'retell', providerOptions: { retell: { a: 1 } } }
    expect(parseInput(fullBodies.enqueue, body)).toMatchObject(body)
    expect(problemsOf(() => parseInput(bodies.enqueue, body)).map(({ path }) => path)).toEqual(['provider', 'providerOptions'])
    expect(problemsOf(() => parseInput(bodies.update, { provider: 'retell' })).map(({ path }) => path)).toEqual(['provider'])
  })

  test('of any JSON is answered with an input or a ValidationError', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (whole, field) => {
        problemsOf(() => parseInput(fullBodies.enqueue, whole))
        for (const name of ['to', 'metadata', 'variables', 'providerOptions', 'scheduledAt']) {
          problemsOf(() => parseInput(fullBodies.enqueue, { ...least, [name]: field }))
        }
      }),
    )
  })
})

describe('the body of PATCH /calls/:id', () => {
  test('comes out as an input for update: null clears, what is left out stays out', () => {
    const input = parseInput(bodies.update, { scheduledAt: '2026-01-01T00:00:00Z', expiresAt: null, metadata: null })
    expect(parseUpdateInput(input)).toEqual({ scheduledAt: new Date('2026-01-01T00:00:00Z'), expiresAt: null, metadata: {} })
  })
})

describe('the body of POST /calls/batch', () => {
  test('comes out as the inputs of enqueueMany', () => {
    const { calls } = parseInput(bodies.batch, { calls: [least, { ...least, priority: 1 }] })
    expect(parseEnqueueInputs(calls).map(({ priority }) => priority)).toEqual([0, 1])
  })

  test('has the index of a broken call in the path', () => {
    expect(problemsOf(() => parseInput(bodies.batch, { calls: [least, { ...least, to: 7 }, { ...least, metdata: {} }], call: 1 }))).toEqual(
      [
        { path: 'calls[1].to', message: 'Expected a phone number in E.164 form, got a number.' },
        { path: 'calls[2].metdata', message: 'There is no such key. Did you mean "metadata"?' },
        { path: 'call', message: 'There is no such key. Did you mean "calls"?' },
      ],
    )
  })

  test.each([
    [{}, 'calls', 'Expected an array of 1 to 10000 calls.'],
    [{ calls: {} }, 'calls', 'Expected an array of 1 to 10000 calls.'],
    [{ calls: [] }, 'calls', 'Expected an array of 1 to 10000 calls, got 0.'],
    [{ calls: Array.from({ length: 10_001 }, () => null) }, 'calls', 'Expected an array of 1 to 10000 calls, got 10001.'],
  ])('refuses a wrong number of calls (%#)', (body, path, message) => {
    expect(problemsOf(() => parseInput(bodies.batch, body))).toEqual([{ path, message }])
  })

  test('takes ten thousand', () => {
    expect(parseInput(bodies.batch, { calls: Array.from({ length: 10_000 }, () => least) }).calls).toHaveLength(10_000)
  })

  test('lists a hundred problems of a million', () => {
    const unknown = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key${index}`, 1]))
    expect(problemsOf(() => parseInput(bodies.batch, { calls: Array.from({ length: 1_000 }, () => unknown) }))).toHaveLength(101)
  })
})

describe('the JSON Schema of a body', () => {
  test('states every limit', () => {
    const schema = jsonSchema(fullBodies.enqueue)
    expect(schema).toMatchObject({ type: 'object', required: ['to', 'scriptId'], additionalProperties: false })
    expect(schema.properties).toMatchObject({
      to: { type: 'string', pattern: '^\\+[1-9]\\d{6,14}$' },
      scriptId: { type: 'string', minLength: 1, maxLength: 200 },
      from: { anyOf: [{ type: 'string', minLength: 1, maxLength: 64, pattern: '^[\\x21-\\x7e]+$' }, { type: 'null' }] },
      variables: { anyOf: [{ type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } }, { type: 'null' }] },
      metadata: { anyOf: [{ type: 'object' }, { type: 'null' }] },
      providerOptions: { anyOf: [{ type: 'object', additionalProperties: { type: 'object' } }, { type: 'null' }] },
      priority: { anyOf: [{ type: 'integer', minimum: -100, maximum: 100 }, { type: 'null' }] },
      maxAttempts: { anyOf: [{ type: 'integer', minimum: 1, maximum: 100 }, { type: 'null' }] },
      scheduledAt: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] },
      idempotencyKey: { anyOf: [{ minLength: 1, maxLength: 255 }, { type: 'null' }] },
    })
  })

  test('describes every field', () => {
    for (const body of [fullBodies.enqueue, fullBodies.update]) {
      for (const [name, property] of Object.entries(jsonSchema(body).properties ?? {})) {
        expect([name, JSON.stringify(property)]).toEqual([name, expect.stringContaining('"description"')])
      }
    }
  })

  test('requires nothing of an update, and one to ten thousand calls of a batch', () => {
    expect(jsonSchema(bodies.update).required).toBeUndefined()
    expect(jsonSchema(bodies.batch).properties?.calls).toMatchObject({
      type: 'array',
      minItems: 1,
      maxItems: 10_000,
      items: { required: ['to', 'scriptId'] },
    })
    expect(jsonSchema(bodies.batch).required).toEqual(['calls'])
  })
})

function jsonSchema(schema: z.ZodType) {
  return z.toJSONSchema(schema, { io: 'input' })
}
