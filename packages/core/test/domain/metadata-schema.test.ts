import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { readMetadata, readMetadataSync, requireMetadataSchema } from '../../src/domain/metadata-schema.ts'

const customer = z.object({ customerId: z.number(), plan: z.string().default('free') })
const asynchronous = customer.refine(async ({ customerId }) => customerId !== 0, { path: ['customerId'], error: 'No such customer.' })

describe('metadata with a schema', () => {
  test('comes out as the schema makes it, frozen', async () => {
    const result = await readMetadata(customer, { customerId: 7, unknown: true })
    expect(result).toEqual({ ok: true, value: { customerId: 7, plan: 'free' } })
    expect(result.ok && Object.isFrozen(result.value)).toBe(true)
  })

  test('is answered at once by a schema that can, and later by one that cannot', async () => {
    expect(readMetadata(customer, { customerId: 7 })).toHaveProperty('ok', true)
    expect(await readMetadata(asynchronous, { customerId: 0 })).toEqual({
      ok: false,
      problems: [{ path: 'metadata.customerId', message: 'No such customer.' }],
    })
  })

  test('has its problems under its own path', async () => {
    const schema = schemaThatFinds([{ message: 'a', path: ['list', 0, { key: 'name' }] }, { message: 'b' }])
    expect(await readMetadata(schema, {}, 'calls[3].metadata')).toEqual({
      ok: false,
      problems: [
        { path: 'calls[3].metadata.list[0].name', message: 'a' },
        { path: 'calls[3].metadata', message: 'b' },
      ],
    })
  })

  test('must still be JSON when it comes out', async () => {
    const schema = z.object({}).transform(() => ({ since: new Date(0) }))
    expect(await readMetadata(schema, {})).toEqual({
      ok: false,
      problems: [{ path: 'metadata.since', message: 'Expected a JSON value, got a Date.' }],
    })
  })

  test('must still be small when it comes out', async () => {
    const schema = z.object({}).transform(() => ({ text: 'x'.repeat(16_384) }))
    expect(await readMetadata(schema, {})).toEqual({
      ok: false,
      problems: [{ path: 'metadata', message: 'Expected at most 16384 bytes of JSON, got more.' }],
    })
  })
})

test('a schema is anything that keeps to Standard Schema, and nothing else', () => {
  const callable = Object.assign(() => {}, schemaThatFinds([]))
  expect(requireMetadataSchema(customer)).toBe(customer)
  expect(requireMetadataSchema(callable)).toBe(callable)
  for (const other of [null, {}, 'z.object', { '~standard': {} }, () => {}]) {
    expect(() => requireMetadataSchema(other)).toThrow(
      /^metadata must be a Standard Schema \(zod, valibot, arktype and others make them\), got /,
    )
  }
})

describe('where nothing can be awaited', () => {
  test('a schema that answers at once is asked', () => {
    expect(readMetadataSync(customer, { customerId: 7 })).toHaveProperty('ok', true)
  })

  test('an asynchronous schema is a configuration error, and its rejection harms nobody', () => {
    expect(() => readMetadataSync(asynchronous, { customerId: 7 })).toThrow(
      'The metadata schema is asynchronous, so enqueueSync cannot use it. Use enqueue, or a schema that answers at once.',
    )
    const rejecting = schemaThatAnswers(Promise.reject(new Error('offline')))
    expect(() => readMetadataSync(rejecting, {})).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }))
  })
})

function schemaThatFinds(issues: readonly StandardSchemaV1.Issue[]) {
  return schemaThatAnswers({ issues })
}

function schemaThatAnswers(
  answer: StandardSchemaV1.Result<object> | Promise<StandardSchemaV1.Result<object>>,
): StandardSchemaV1<unknown, object> {
  return { '~standard': { version: 1, vendor: 'test', validate: () => answer } }
}
