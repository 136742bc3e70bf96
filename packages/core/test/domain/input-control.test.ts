import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { capacitySchema, controlBodySchema, resolveBodySchema, verdictSchema } from '../../src/domain/input-control.ts'
import { parseInput } from '../../src/domain/input-problems.ts'
import { outcomes } from '../../src/domain/outcome.ts'
import { problemsOf } from './problems-of.ts'

describe('the body of PATCH /control', () => {
  test.each([[{}], [{ capacity: 0 }], [{ capacity: 100_000, paused: true }], [{ capacity: null }], [{ paused: false }]])(
    'may be %j',
    (body) => {
      expect(parseInput(controlBodySchema, body)).toEqual(body)
    },
  )

  test.each([
    [{ capacity: -1 }, 'capacity', 'Expected an integer from 0 to 100000, got -1.'],
    [{ capacity: '30' }, 'capacity', 'Expected an integer from 0 to 100000, got "30".'],
    [{ paused: null }, 'paused', 'Expected true or false, got null.'],
    [{ concurrency: 3 }, 'concurrency', 'There is no such key.'],
  ])('is refused as %j', (body, path, message) => {
    expect(problemsOf(() => parseInput(controlBodySchema, body))).toEqual([{ path, message }])
  })
})

test('a capacity is a number of calls, or null', () => {
  expect([parseInput(capacitySchema, 3), parseInput(capacitySchema, null)]).toEqual([3, null])
  expect(problemsOf(() => parseInput(capacitySchema, 1.5, 'capacity'))).toEqual([
    { path: 'capacity', message: 'Expected an integer from 0 to 100000, got 1.5.' },
  ])
})

describe('a verdict', () => {
  test('on the wire comes out as resolve takes it', () => {
    for (const ended of outcomes) expect(parseInput(resolveBodySchema, { ended })).toEqual({ ended })
    expect(parseInput(resolveBodySchema, { notRang: true })).toBe('not-rang')
  })

  test.each([
    [{}, '', 'Expected either "ended" or "notRang".'],
    [{ ended: 'completed', notRang: true }, '', 'Expected either "ended" or "notRang".'],
    [{ notRang: false }, 'notRang', 'Expected true, got a boolean.'],
    [{ ended: 'done' }, 'ended', 'Expected one of completed, no-answer, busy, voicemail, failed, rejected, canceled, lost, got "done".'],
    [{ outcome: 'completed' }, 'outcome', 'There is no such key.'],
  ])('on the wire is refused as %j', (body, path, message) => {
    expect(problemsOf(() => parseInput(resolveBodySchema, body))).toContainEqual({ path, message })
  })

  test('in the SDK is an end or "not-rang"', () => {
    expect(parseInput(verdictSchema, 'not-rang')).toBe('not-rang')
    expect(parseInput(verdictSchema, { ended: 'busy' })).toEqual({ ended: 'busy' })
    expect(problemsOf(() => parseInput(verdictSchema, 'rang'))).toEqual([
      {
        path: '',
        message:
          'Expected "not-rang" or { ended: one of completed, no-answer, busy, voicemail, failed, rejected, canceled, lost }, got "rang".',
      },
    ])
  })

  test('on the wire is described as one of two', () => {
    expect(z.toJSONSchema(resolveBodySchema, { io: 'input' })).toMatchObject({
      oneOf: [{ required: ['ended'] }, { required: ['notRang'] }],
      properties: { ended: { enum: [...outcomes] }, notRang: { const: true } },
    })
  })
})
