import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, fingerprintOf } from '../../src/domain/fingerprint.ts'
import { parseEnqueueInput } from '../../src/domain/input.ts'
import { maxJsonBytes } from '../../src/domain/input-fields.ts'
import type { Json } from '../../src/domain/json.ts'
import { copyJsonObject } from '../../src/domain/json-rules.ts'

const call = { to: '+12025550123', scriptId: 'welcome' }

describe('the fingerprint of an input', () => {
  test('is the SHA-256 of its sorted JSON, and stays the same from release to release', () => {
    const input = { ...call, metadata: { b: [1, { d: 1, c: 2 }], a: 'é' }, scheduledAt: new Date('2026-01-01T00:00:00Z'), priority: 5 }
    expect(fingerprint(input)).toBe('2aa5b73a48504b9b3d9bb974d5b262ca274905e6e158fc6ed7add6d649945bbe')
    expect(fingerprint(call)).toBe('acc8a3d4d3d27762d17c3f2dd273ba5bcbb7fb7f0dcea18f0e3ef9512e140255')
  })

  test('does not depend on the order of keys, at any depth', () => {
    fc.assert(
      fc.property(fc.dictionary(metadataKey(), fc.jsonValue()), (metadata) => {
        fc.pre(copyJsonObject(metadata, { maxBytes: maxJsonBytes }).ok)
        expect(fingerprint({ ...call, metadata: reversed(metadata) })).toBe(fingerprint({ metadata, ...call }))
      }),
    )
  })

  test('does not depend on defaults that were spelled out, the key, or the tenant', () => {
    const spelled = {
      ...call,
      priority: 0,
      exclusive: true,
      from: null,
      metadata: {},
      variables: {},
      providerOptions: {},
      scheduledAt: undefined,
    }
    expect(fingerprint({ ...spelled, idempotencyKey: 'k', tenant: 't' })).toBe(fingerprint(call))
  })

  test.each([
    ['to', '+12025550124'],
    ['scriptId', 'goodbye'],
    ['from', '+12025550100'],
    ['variables', { name: 'Ada' }],
    ['metadata', { customerId: 7 }],
    ['provider', 'retell'],
    ['providerOptions', { retell: {} }],
    ['priority', 1],
    ['scheduledAt', new Date('2026-01-01T00:00:00Z')],
    ['expiresAt', new Date('2026-01-01T00:00:00Z')],
    ['maxAttempts', 3],
    ['exclusive', false],
  ])('depends on %s', (field, value) => {
    expect(fingerprint({ ...call, [field]: value })).not.toBe(fingerprint(call))
  })

  test('tells a number from its text, and an order of items from another', () => {
    const prints = [{ a: 1 }, { a: '1' }, { a: [1, 2] }, { a: [2, 1] }, { a: { 0: 1 } }, { a: [1] }, { a: null }, { a: {} }, { a: [] }]
    expect(new Set(prints.map((metadata) => fingerprint({ ...call, metadata }))).size).toBe(prints.length)
  })
})

test('canonical JSON sorts keys by their code units and means the same', () => {
  expect(canonicalJson({ b: 1, a: { 10: null, 9: [true, 'x"'] }, '€': -0.5, '\u{1f600}': 1e21 })).toBe(
    '{"a":{"10":null,"9":[true,"x\\""]},"b":1,"€":-0.5,"😀":1e+21}',
  )
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value as Json))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

function fingerprint(input: object): string {
  return fingerprintOf(parseEnqueueInput(input))
}

function metadataKey() {
  return fc.string().filter((key) => key !== '__proto__')
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  )
}
