import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyJsonObject, type JsonResult } from '../../src/domain/json-rules.ts'

const limits = { maxBytes: 1_000 }

describe('a JSON object that keeps the rules', () => {
  test('is copied so that its text stays the same, and takes exactly the bytes of its text', () => {
    fc.assert(
      fc.property(soundObjects(), (value) => {
        const text = JSON.stringify(value)
        const bytes = Buffer.byteLength(text)
        expect(JSON.stringify(copyOf(copyJsonObject(value, { maxBytes: bytes })))).toBe(text)
        expect(problemsOf(copyJsonObject(value, { maxBytes: bytes - 1 }))).toEqual([
          { path: [], message: `Expected at most ${bytes - 1} bytes of JSON, got more.` },
        ])
      }),
    )
  })

  test('is copied and frozen all the way down: later changes of the original change nothing', () => {
    const original = { customer: { tags: ['new'] } }
    const copy = copyOf(copyJsonObject(original, limits))
    original.customer.tags.push('changed')
    expect(copy).toEqual({ customer: { tags: ['new'] } })
    expect(() => Object.assign(copy.customer ?? {}, { tags: [] })).toThrow(TypeError)
  })

  test('may come from another realm, or have no prototype', () => {
    const bare: object = Object.assign(Object.create(null), { a: 1 })
    expect(copyOf(copyJsonObject(bare, limits))).toEqual({ a: 1 })
  })

  test('has −0 as 0, and no keys that are symbols or not enumerable', () => {
    const value = Object.defineProperty({ zero: -0, [Symbol('hidden')]: 1 }, 'secret', { value: 2, enumerable: false })
    expect(Object.entries(copyOf(copyJsonObject(value, limits)))).toEqual([['zero', 0]])
  })

  test('may hold keys that name what every object inherits', () => {
    const value = JSON.parse('{"constructor":1,"toString":2,"hasOwnProperty":3,"toJSON":4}')
    expect(JSON.stringify(copyOf(copyJsonObject(value, limits)))).toBe('{"constructor":1,"toString":2,"hasOwnProperty":3,"toJSON":4}')
  })

  test('may be as deep as the limit and no deeper', () => {
    expect(copyJsonObject(nested(32), limits).ok).toBe(true)
    expect(problemsOf(copyJsonObject(nested(33), limits))).toEqual([
      { path: Array.from({ length: 32 }, () => 'in'), message: 'Expected at most 32 levels of objects and arrays, got more.' },
    ])
    expect(copyJsonObject(nested(3), { maxBytes: 1_000, maxDepth: 2 }).ok).toBe(false)
  })
})

describe('what breaks the rules', () => {
  test.each([
    ['undefined', undefined, 'Expected a JSON value, got undefined.'],
    ['a function', () => 1, 'Expected a JSON value, got a function.'],
    ['a symbol', Symbol('x'), 'Expected a JSON value, got a symbol.'],
    ['a bigint', 1n, 'Expected a JSON value, got a bigint.'],
    ['a Date', new Date(0), 'Expected a JSON value, got a Date.'],
    ['a Map', new Map(), 'Expected a JSON value, got a Map.'],
    ['a boxed string', Object('text'), 'Expected a JSON value, got a String.'],
    ['an instance of a class', new (class Customer {})(), 'Expected a JSON value, got a Customer.'],
    ['NaN', Number.NaN, 'Expected a finite number, got NaN.'],
    ['infinity', Number.NEGATIVE_INFINITY, 'Expected a finite number, got -Infinity.'],
    ['text with NUL', 'a\0b', 'Expected well-formed text, got text with NUL or half of a surrogate pair.'],
    ['half of a surrogate pair', 'a\ud83d', 'Expected well-formed text, got text with NUL or half of a surrogate pair.'],
  ])('%s is refused, with its path and without its value', (_what, value, message) => {
    expect(problemsOf(copyJsonObject({ list: [1, { key: value }] }, limits))).toEqual([{ path: ['list', 1, 'key'], message }])
  })

  test.each([
    ['null', null],
    ['an array', []],
    ['a string of 2 characters', '{}'],
    ['a Date', new Date(0)],
    ['nothing', undefined],
  ])('%s is no JSON object', (kind, value) => {
    expect(problemsOf(copyJsonObject(value, limits))).toEqual([{ path: [], message: `Expected a JSON object, got ${kind}.` }])
  })

  test('a key of an odd kind is refused, and __proto__ harms nobody', () => {
    const value = JSON.parse('{"__proto__":{"polluted":true},"a\\u0000b":1}')
    expect(problemsOf(copyJsonObject(value, limits))).toEqual([
      { path: ['__proto__'], message: 'This key is not allowed.' },
      { path: ['a\0b'], message: 'In a key: Expected well-formed text, got text with NUL or half of a surrogate pair.' },
    ])
    expect({}).not.toHaveProperty('polluted')
  })

  test('a hole in an array is refused', () => {
    const list = [1]
    list.length = 3
    expect(problemsOf(copyJsonObject({ list }, limits)).map(({ path }) => path)).toEqual([
      ['list', 1],
      ['list', 2],
    ])
  })

  test('every problem is listed, up to twenty', () => {
    expect(problemsOf(copyJsonObject({ a: Number.NaN, b: undefined, c: 1 }, limits)).map(({ path }) => path)).toEqual([['a'], ['b']])
    expect(problemsOf(copyJsonObject({ list: Array.from({ length: 100 }, () => undefined) }, limits))).toHaveLength(20)
  })
})

describe('a hostile value', () => {
  test('that contains itself is too deep', () => {
    const value: Record<string, unknown> = {}
    value.self = value
    expect(problemsOf(copyJsonObject(value, limits))[0]?.message).toContain('32 levels')
  })

  test('that repeats itself two to the power of thirty times is too large, at once', () => {
    let value: object = {}
    for (let level = 0; level < 30; level++) value = { left: value, right: value }
    expect(problemsOf(copyJsonObject(value, limits))).toEqual([{ path: [], message: 'Expected at most 1000 bytes of JSON, got more.' }])
  })

  test('that is deeper than the stack is too deep', () => {
    expect(problemsOf(copyJsonObject(nested(200_000), limits))).toHaveLength(1)
  })

  test('that throws when it is read is refused where it does', () => {
    const value = {
      get customer(): never {
        throw new Error('no')
      },
    }
    expect(problemsOf(copyJsonObject(value, limits))).toEqual([
      { path: ['customer'], message: 'Expected a value that can be read, got an error.' },
    ])
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(copyJsonObject({ proxy }, limits).ok).toBe(false)
    expect(copyJsonObject(proxy, limits).ok).toBe(false)
  })

  test('that answers differently each time is read once', () => {
    let reads = 0
    const value = {
      get count() {
        reads += 1
        return reads === 1 ? 1 : Number.NaN
      },
    }
    expect(copyOf(copyJsonObject(value, limits))).toEqual({ count: 1 })
  })

  test('of any kind is never answered with a throw', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
        (value) => {
          const result = copyJsonObject(value, limits)
          if (result.ok) expect(JSON.parse(JSON.stringify(result.value))).toEqual(result.value)
          else expect(result.problems.length).toBeGreaterThan(0)
        },
      ),
    )
  })
})

function soundObjects() {
  const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '\u0001'))
  const { node } = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('node')),
      fc.dictionary(text, tie('node')),
    ),
  }))
  return fc.dictionary(
    text.filter((key) => key !== '__proto__'),
    node,
  )
}

function nested(levels: number): object {
  let value: object = {}
  for (let level = 1; level < levels; level++) value = { in: value }
  return value
}

function copyOf(result: JsonResult) {
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.value
}

function problemsOf(result: JsonResult) {
  return result.ok ? [] : result.problems
}
