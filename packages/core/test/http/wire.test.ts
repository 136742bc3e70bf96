import { SqliteStore } from '@ebra/store-sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import type * as z from 'zod'
import { toFetchHandler } from '../../src/http/index.ts'
import {
  attemptListWire,
  attemptWire,
  callPageWire,
  callWire,
  controlWire,
  metricsWire,
  problemWire,
} from '../../src/http/wire/wire-schemas.ts'
import { CallOrchestrator, SimulatedProvider } from '../../src/index.ts'

describe('what the document says of the wire is what is on it:', () => {
  test.each<[string, string, z.ZodType]>([
    ['a call', '/calls/:id', callWire],
    ['a page', '/calls', callPageWire],
    ['attempts', '/calls/:id/attempts', attemptListWire],
    ['an attempt', '/calls/:id/attempts/1', attemptWire],
    ['figures', '/metrics', metricsWire],
    ['the control', '/control', controlWire],
    ['a problem', '/calls?page=0', problemWire],
  ])('%s', async (_name, path, schema) => {
    const { handler, callId } = await setup()

    const answer = await handler(new Request(`http://host${path.replace(':id', callId)}`))

    expect(schema.safeParse(await answer.json()).error?.issues ?? []).toEqual([])
  })
})

/** An orchestrator in which one call has been dialed and has completed, one is pending, and everything is paused. */
async function setup() {
  const provider = new SimulatedProvider({ seed: 1, durationMs: 1 })
  const orchestrator = new CallOrchestrator({ store: new SqliteStore({ file: ':memory:' }), provider, concurrency: 1, storeDetails: 'all' })
  onTestFinished(() => orchestrator.stop({ graceMs: 0 }))
  await orchestrator.start()
  const { call } = await orchestrator.enqueue({ to: '+12025550123', scriptId: 'welcome' })
  await orchestrator.waitFor(call.id)
  await orchestrator.pause()
  await orchestrator.enqueue({ to: '+12025550123', scriptId: 'welcome', exclusive: false })
  return { handler: toFetchHandler(orchestrator, { authorize: false, exposeProviderOptions: true }), callId: call.id }
}
