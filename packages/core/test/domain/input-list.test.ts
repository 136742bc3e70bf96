import { describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  listParametersSchema,
  type NormalizedListQuery,
  type NormalizedPendingFilter,
  parseListQuery,
  parsePendingFilter,
} from '../../src/domain/input-list.ts'
import { parseInput } from '../../src/domain/input-problems.ts'
import type { ListQuery, PendingFilter } from '../../src/ports/store.ts'
import { problemsOf } from './problems-of.ts'

const newYear = new Date('2026-01-01T00:00:00.000Z')

describe('the query of list', () => {
  test('asks for the first twenty when it asks for nothing', () => {
    expect(parseListQuery({})).toEqual({ page: 1, pageSize: 20 })
    expect(parseListQuery({ tenant: undefined, page: undefined })).toEqual({ page: 1, pageSize: 20 })
  })

  test('may hold every filter; one status or several, each once', () => {
    const query = {
      to: '+12025550123',
      scriptId: 'welcome',
      tenant: 'acme',
      createdAfter: newYear,
      createdBefore: newYear,
      unconfirmed: true,
      page: 3,
      pageSize: 100,
    }
    expect(parseListQuery({ ...query, status: 'PENDING' })).toEqual({ ...query, status: ['PENDING'] })
    expect(parseListQuery({ status: ['FAILED', 'EXPIRED', 'FAILED'] })).toEqual({ status: ['FAILED', 'EXPIRED'], page: 1, pageSize: 20 })
  })

  test('has no page where it has a cursor', () => {
    expect(parseListQuery({ cursor: 'abc' })).toEqual({ cursor: 'abc', pageSize: 20 })
  })

  test.each([
    [{ page: 2, cursor: 'abc' }, 'cursor', 'Expected either page or cursor, got both.'],
    [{ page: 0 }, 'page', 'Expected an integer from 1 to 1000000000, got 0.'],
    [{ pageSize: 101 }, 'pageSize', 'Expected an integer from 1 to 100, got 101.'],
    [{ status: 'PENDNG' }, 'status[0]', 'Expected one of PENDING, IN_PROGRESS, COMPLETED, FAILED, EXPIRED, CANCELED, got "PENDNG".'],
    [{ status: [] }, 'status', 'Expected at least one status, got an array.'],
    [{ status: 1 }, 'status', 'Expected a status or a list of them, got a number.'],
    [{ to: '2025550123' }, 'to', 'Expected a phone number in E.164 form, got a string of 10 characters.'],
    [{ createdAfter: '2026-01-01' }, 'createdAfter', 'Expected a Date, got a string of 10 characters.'],
    [{ unconfirmed: 'true' }, 'unconfirmed', 'Expected true or false, got a string of 4 characters.'],
    [{ tenant: null }, 'tenant', 'Expected a tenant, 1 to 100 visible ASCII characters without spaces, got null.'],
    [{ cursor: '' }, 'cursor', 'Expected the cursor of a page, 1 to 512 visible ASCII characters without spaces, got an empty string.'],
    [{ staus: 'PENDING' }, 'staus', 'There is no such key. Did you mean "status"?'],
    ['all', '', 'Expected an object, got a string of 3 characters.'],
  ])('%j is refused', (query, path, message) => {
    expect(problemsOf(() => parseListQuery(query))).toEqual([{ path, message }])
  })
})

describe('the parameters of GET /calls', () => {
  test('come out as a query', () => {
    const filters = { to: '+12025550123', scriptId: 'welcome', tenant: 'acme' }
    const parameters = {
      ...filters,
      status: 'PENDING,FAILED',
      createdAfter: '2026-01-01T00:00:00Z',
      createdBefore: '2026-01-01T02:00:00+02:00',
      unconfirmed: 'true',
      page: '2',
      pageSize: '50',
    }
    expect(parseListParameters(parameters)).toEqual({
      ...filters,
      status: ['PENDING', 'FAILED'],
      createdAfter: newYear,
      createdBefore: newYear,
      unconfirmed: true,
      page: 2,
      pageSize: 50,
    })
    expect(parseListParameters({})).toEqual(parseListQuery({}))
    expect(parseListParameters({ unconfirmed: 'false', cursor: 'abc' })).toEqual({ unconfirmed: false, cursor: 'abc', pageSize: 20 })
  })

  test('may repeat the status, and mix commas in', () => {
    expect(parseListParameters({ status: ['PENDING', 'FAILED,EXPIRED', 'PENDING'] }).status).toEqual(['PENDING', 'FAILED', 'EXPIRED'])
  })

  test('may have a space where a plus was not escaped', () => {
    expect(parseListParameters({ to: ' 12025550123', createdAfter: '2026-01-01T02:00:00 02:00' })).toMatchObject({
      to: '+12025550123',
      createdAfter: newYear,
    })
  })

  test.each([
    [{ page: '1.5' }, 'page', 'Expected an integer from 1 to 1000000000, got "1.5".'],
    [{ page: '' }, 'page', 'Expected an integer from 1 to 1000000000, got "".'],
    [{ page: '9'.repeat(20) }, 'page', 'Expected an integer from 1 to 1000000000, got "99999999999999999999".'],
    [{ pageSize: ['1', '2'] }, 'pageSize', 'Expected one value, got 2.'],
    [{ tenant: ['a', 'b', 'c'] }, 'tenant', 'Expected one value, got 3.'],
    [{ status: 'PENDING,' }, 'status[1]', 'Expected one of PENDING, IN_PROGRESS, COMPLETED, FAILED, EXPIRED, CANCELED, got "".'],
    [{ unconfirmed: '1' }, 'unconfirmed', 'Expected true or false, got a string of 1 character.'],
    [
      { createdBefore: 'today' },
      'createdBefore',
      'Expected an ISO 8601 instant with an offset, like 2026-01-31T09:30:00.000Z, got a string of 5 characters.',
    ],
    [{ page: '1', cursor: 'abc' }, 'cursor', 'Expected either page or cursor, got both.'],
    [{ limit: '5' }, 'limit', 'There is no such key.'],
  ])('%j are refused', (parameters, path, message) => {
    expect(problemsOf(() => parseListParameters(parameters))).toEqual([{ path, message }])
  })

  test('are described as what they mean', () => {
    expect(z.toJSONSchema(listParametersSchema, { io: 'input' })).toMatchObject({
      additionalProperties: false,
      properties: {
        status: { type: 'array', items: { enum: ['PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'EXPIRED', 'CANCELED'] } },
        page: { type: 'integer', minimum: 1 },
        pageSize: { type: 'integer', minimum: 1, maximum: 100 },
        unconfirmed: { type: 'boolean' },
        createdAfter: { type: 'string', format: 'date-time' },
      },
    })
    expect(z.toJSONSchema(listParametersSchema, { io: 'input' }).required).toBeUndefined()
  })
})

describe('the filter of cancelMany', () => {
  test('narrows by what it holds', () => {
    expect(parsePendingFilter({})).toEqual({})
    expect(parsePendingFilter({ tenant: 'acme', scriptId: 'welcome', createdBefore: newYear })).toEqual({
      tenant: 'acme',
      scriptId: 'welcome',
      createdBefore: newYear,
    })
  })

  test('never widens by accident: undefined and misspelled keys are refused', () => {
    expect(problemsOf(() => parsePendingFilter({ tenant: undefined, scriptID: 'welcome' }))).toEqual([
      { path: 'tenant', message: 'Expected a tenant, 1 to 100 visible ASCII characters without spaces, got nothing.' },
      { path: 'scriptID', message: 'There is no such key. Did you mean "scriptId"?' },
    ])
  })
})

test('what comes out is what a store takes', () => {
  expectTypeOf<NormalizedListQuery>().toExtend<ListQuery>()
  expectTypeOf<NormalizedPendingFilter>().toExtend<PendingFilter>()
})

function parseListParameters(parameters: unknown) {
  return parseListQuery(parseInput(listParametersSchema, parameters))
}
