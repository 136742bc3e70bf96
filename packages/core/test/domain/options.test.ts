import { describe, expect, test } from 'vitest'
import { optionNumber, optionOneOf, refuseUnknownKeys } from '../../src/domain/options.ts'
import { closestWord } from '../../src/domain/suggestion.ts'

const where = 'new CallOrchestrator'

describe('an unknown option', () => {
  const known = ['store', 'provider', 'concurrency', 'onLost']

  test('is refused with the name that was probably meant', () => {
    expect(() => refuseUnknownKeys(where, { store: 1, concurency: 3, retries: 1 }, known)).toThrow(
      'new CallOrchestrator: unknown option "concurency". Did you mean "concurrency"? unknown option "retries".',
    )
  })

  test('is a configuration error', () => {
    expect(() => refuseUnknownKeys(where, { onlost: 1 }, known)).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }))
  })

  test.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [[], 'an array'],
    ['file.db', '"file.db"'],
  ])('cannot be in %j, which is no object', (options, kind) => {
    expect(() => refuseUnknownKeys(where, options, known)).toThrow(`new CallOrchestrator: options must be an object, got ${kind}.`)
  })

  test('is none of the known ones, whatever their values', () => {
    expect(() => refuseUnknownKeys(where, { store: undefined, onLost: null }, known)).not.toThrow()
  })
})

describe('a number among options', () => {
  test('is taken at both bounds', () => {
    expect([optionNumber(where, 'n', 1, { min: 1, max: 3 }), optionNumber(where, 'n', 3, { min: 1, max: 3 })]).toEqual([1, 3])
    expect(optionNumber(where, 'n', 0.5)).toBe(0.5)
  })

  test.each([
    ['30', { min: 1, max: 100, isInteger: true }, 'an integer from 1 to 100, got "30"'],
    [1.5, { min: 1, isInteger: true }, 'an integer of at least 1, got 1.5'],
    [-1, { min: 0 }, 'a number of at least 0, got -1'],
    [101, { max: 100 }, 'a number of at most 100, got 101'],
    [Number.POSITIVE_INFINITY, {}, 'a number, got Infinity'],
    [Number.NaN, {}, 'a number, got NaN'],
    [undefined, {}, 'a number, got nothing'],
    [2 ** 53, { isInteger: true }, 'an integer, got 9007199254740992'],
  ])('%j within %j is refused', (value, range, rest) => {
    expect(() => optionNumber(where, 'concurrency', value, range)).toThrow(`new CallOrchestrator: concurrency must be ${rest}.`)
  })
})

test('a word among options is one of the choices', () => {
  const choices = ['retry', 'expire', 'hold'] as const
  expect(optionOneOf(where, 'onLost.silent', 'hold', choices)).toBe('hold')
  expect(() => optionOneOf(where, 'onLost.silent', 'Retry', choices)).toThrow(
    'new CallOrchestrator: onLost.silent must be one of "retry", "expire", "hold", got "Retry". Did you mean "retry"?',
  )
  expect(() => optionOneOf(where, 'onLost.silent', null, choices)).toThrow('got null.')
})

test.each([
  ['scirptId', 'scriptId'],
  ['scriptID', 'scriptId'],
  ['script_id', 'scriptId'],
  ['too', 'to'],
  ['metdata', 'metadata'],
  ['phone', null],
  ['', null],
  ['x'.repeat(100_000), null],
])('the word meant by %.20s is %s', (word, meant) => {
  expect(closestWord(word, ['to', 'scriptId', 'metadata', 'priority'])).toBe(meant)
})
