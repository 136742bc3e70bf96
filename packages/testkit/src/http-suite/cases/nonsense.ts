import { match, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { aBody, enqueued } from '../calls.ts'
import { httpCases } from '../http-case.ts'
import type { HttpScene } from '../scene.ts'

const runs = 300

const methods = fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT')
const words = fc.constantFrom(
  'calls',
  'batch',
  'cancel',
  'retry',
  'attempts',
  'resolve',
  'callbacks',
  'call-status',
  'lab',
  'control',
  'gates',
  'metrics',
  '1',
)
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '\0', '__proto__', 'toString', '-1', '1e400', "' OR 1=1 --", '٣'),
)
const names = fc.constantFrom(
  'to',
  'scriptId',
  'from',
  'variables',
  'metadata',
  'priority',
  'scheduledAt',
  'expiresAt',
  'maxAttempts',
  'exclusive',
  'idempotencyKey',
  'calls',
  'ended',
  'notRang',
  'capacity',
  'paused',
)
const filters = fc.constantFrom(
  'status',
  'to',
  'scriptId',
  'tenant',
  'createdAfter',
  'createdBefore',
  'unconfirmed',
  'page',
  'pageSize',
  'cursor',
)
const json = fc.oneof(fc.dictionary(names, fc.oneof(fc.jsonValue({ maxDepth: 5 }), text), { maxKeys: 6 }), fc.jsonValue())

/** What nobody would send on purpose. */
export const nonsense = httpCases('nonsense', {
  'in paths, queries and bodies is refused as the client’s fault, and never breaks anything': async (setup) => {
    const scene = await setup()
    const { id } = await enqueued(scene)
    const segment = fc.oneof({ weight: 4, arbitrary: words }, { weight: 2, arbitrary: fc.constant(String(id)) }, text.map(encodeText))
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`)
    const query = fc
      .array(fc.tuple(fc.oneof(filters, text), text), { maxLength: 3 })
      .map((pairs) => new URLSearchParams(pairs.map(wellFormed)).toString())
    const property = fc.asyncProperty(methods, path, query, json, (...request) => assertAnswered(scene, ...request))
    await fc.assert(property, { numRuns: runs })
    await enqueued(scene)
    ok(!scene.events.some(({ type }) => type === 'error'))
  },

  'in the fields of a call is refused or kept, and kept means readable': async (setup) => {
    const { send } = await setup()
    const fields = fc.dictionary(names, fc.oneof(fc.jsonValue({ maxDepth: 3 }), text, fc.integer(), fc.boolean()), { maxKeys: 4 })
    const property = fc.asyncProperty(fields, async (differences) => {
      const answer = await send('POST', '/calls', { json: { ...aBody(), ...differences } })
      ok([201, 422].includes(answer.status), answer.text)
      if (answer.status === 201) ok((await send('GET', `/calls/${answer.json['id']}`)).text === answer.text)
    })
    await fc.assert(property, { numRuns: runs })
  },
})

/** Fails where the server is at fault, or where one of our routes refuses in other words than a problem’s. */
async function assertAnswered({ send }: HttpScene, method: string, path: string, query: string, value: unknown): Promise<void> {
  const hasBody = method !== 'GET' && method !== 'DELETE'
  const answer = await send(method, query === '' ? path : `${path}?${query}`, hasBody ? { json: value } : {})
  ok(answer.status < 500, `${method} ${path} answers ${answer.status}: ${answer.text}`)
  if (answer.status >= 400 && answer.status !== 404)
    match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, `${method} ${path}`)
}

function wellFormed([name, value]: [string, string]): [string, string] {
  return [name.toWellFormed(), value.toWellFormed()]
}

/** A dot alone would be taken for a step up by every client. */
function encodeText(value: string): string {
  return /^\.*$/.test(value) ? 'empty' : encodeURIComponent(value.toWellFormed())
}
