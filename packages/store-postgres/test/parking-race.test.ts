import { Worker } from '@ebra/testkit'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { PostgresStore } from '../src/index.ts'
import { open, setTheScene } from './scene.ts'
import { Schemas } from './schemas.ts'
import { accepted } from './writes.ts'

const schemas = new Schemas()
beforeAll(() => schemas.open())
afterAll(() => schemas.close())

const event = { eventId: 'early', at: null, state: { kind: 'live', phase: 'ringing' } } as const

test('an event that is parked while another transaction records its id is told of by the turn after both', async () => {
  const { connectionString, schema, process } = setTheScene(schemas)
  const { store, worker } = await process()
  const pool = new Pool({ connectionString, max: 1 })
  onTestFinished(() => pool.end())
  const slow = new Worker(await open(new PostgresStore({ pool, schema })), 'slow')
  await store.writeControl({ configured: 1 })
  const claimed = await worker.dial()
  const parked = [{ provider: 'sim', event: { ...event, providerCallIds: [`call-${claimed.attempt.attemptId}`] } }]
  await pool.query('begin')
  await slow.turn({ parked })
  expect(await worker.turn({ writes: [accepted(claimed)] })).toMatchObject({ missed: [], mayJoin: false })
  await pool.query('commit')
  expect(await worker.turn()).toMatchObject({ mayJoin: true })
  expect(await store.findJoinable({ limit: 10 })).toEqual(parked)
})
