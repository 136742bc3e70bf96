import { type CallOrchestrator, isEbraError } from '@ebra/core'
import { toFetchHandler } from '@ebra/core/http'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { createToldPlatform } from './told-platform.ts'
import { type DatabaseSettings, databaseKinds } from './worker-settings.ts'

/** What a client may change, and what it may see: the contract in full, so that no column slips into it unseen. */
const patchKeys = ['to', 'scriptId', 'from', 'variables', 'metadata', 'priority', 'scheduledAt', 'expiresAt', 'maxAttempts', 'exclusive']
const callKeys = [
  ...['id', 'to', 'from', 'scriptId', 'variables', 'metadata', 'tenant', 'provider', 'status', 'priority', 'attempts', 'maxAttempts'],
  ...['lastError', 'outcome', 'providerCallId', 'durationSec', 'retryOf', 'scheduledAt', 'nextAttemptAt', 'expiresAt'],
  ...['cancelRequestedAt', 'createdAt', 'updatedAt', 'startedAt', 'endedAt'],
]
const attemptKeys = [
  ...['id', 'number', 'status', 'to', 'scriptId', 'provider', 'providerCallId', 'outcome', 'reason', 'error', 'answeredBy', 'startedAt'],
  ...['answeredAt', 'endedAt', 'durationSec', 'cost', 'recordingUrl', 'summary', 'data'],
]

describe.each(databaseKinds)('the allow-lists of the wire, with %s', (database) => {
  it('let PATCH change what a client may change, and refuse every other key of a call, of its rows, and of objects', async () => {
    await using scene = await createScene(database)
    const { id } = await scene.json('POST', '/calls', { to: '+493060000001', scriptId: 'welcome', scheduledAt: '2199-01-01T00:00:00.000Z' })
    const before = await scene.json('GET', `/calls/${id}`)
    const columns = await columnsOf(scene.database)
    expect(columns.length).toBeGreaterThan(callKeys.length / 2)
    const others = ['idempotencyKey', 'providerOptions', '__proto__', 'constructor', 'toString', '', ' to', 'TO', 'To', 'script_id']
    const forbidden = [...new Set([...callKeys, ...attemptKeys, ...columns, ...others])].filter((key) => !patchKeys.includes(key))
    for (const key of forbidden) {
      for (const value of ['null', '"x"', '1', JSON.stringify(Object.hasOwn(before, key) ? before[key] : {})]) {
        const { status, body } = await scene.send('PATCH', `/calls/${id}`, `{"priority":7,${JSON.stringify(key)}:${value}}`)
        expect([key, status, body.errors?.map(({ path }) => path)]).toEqual([key, 422, [pathTo(key)]])
      }
    }
    expect(await scene.json('GET', `/calls/${id}`)).toEqual(before)
    for (const key of patchKeys) {
      expect([key, (await scene.send('PATCH', `/calls/${id}`, JSON.stringify({ [key]: before[key] ?? null }))).status]).toEqual([key, 200])
    }
  })

  it('show exactly the keys of the contract of a call and its attempts, in every answer', async () => {
    await using scene = await createScene(database)
    const { orchestrator, platform } = scene
    const callId = await platform.liveCall('+493060000002')
    await platform.deliver(platform.signed({ callId, status: 'COMPLETED', durationSec: 42, transcript: 'Hello?' }))
    const again = await scene.json('POST', `/calls/${callId}/retry`)
    const pending = await scene.json('POST', '/calls', {
      to: '+493060000003',
      scriptId: 'welcome',
      scheduledAt: '2199-01-01T00:00:00.000Z',
    })
    const batch = await scene.json('POST', '/calls/batch', { calls: [{ to: '+493060000004', scriptId: 'welcome' }] })
    const list = await scene.json('GET', '/calls')
    const calls = [
      await scene.json('GET', `/calls/${callId}`),
      again,
      pending,
      await scene.json('PATCH', `/calls/${pending.id}`, { priority: 1 }),
      await scene.json('POST', `/calls/${pending.id}/cancel`),
      ...batch.items,
      ...list.items,
    ]
    for (const call of calls) expect(Object.keys(call)).toEqual(callKeys)
    expect(Object.keys(list)).toEqual(['items', 'page', 'pageSize', 'total', 'totalPages', 'nextCursor'])
    const { items } = await scene.json('GET', `/calls/${callId}/attempts`)
    expect(items.map(Object.keys)).toEqual([attemptKeys])
    expect(Object.keys(await scene.json('GET', `/calls/${callId}/attempts/1`)).toSorted()).toEqual(
      [...attemptKeys, 'transcript'].toSorted(),
    )
    expect(isEbraError(await orchestrator.cancel(callId).catch((error: unknown) => error), 'CALL_ENDED')).toBe(true)
  })
})

/** As problems name a key of a body. */
function pathTo(key: string): string {
  return /^\w+$/.test(key) ? key : `[${JSON.stringify(key)}]`
}

/** An answer as far as these tests look. */
interface Json {
  readonly [key: string]: unknown
  readonly items: readonly Json[]
  readonly errors?: readonly { readonly path: string }[]
}

async function createScene(database: (typeof databaseKinds)[number]) {
  const platform = await createToldPlatform(database)
  const { orchestrator } = platform
  const send = sender(orchestrator)
  return {
    platform,
    orchestrator,
    database: platform.database,
    send,
    json: async (method: string, path: string, body?: object) => (await send(method, path, body && JSON.stringify(body))).body,
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  }
}

function sender(orchestrator: CallOrchestrator) {
  const handler = toFetchHandler(orchestrator, { authorize: false })
  return async (method: string, path: string, body?: string) => {
    const response = await handler(new Request(`http://localhost${path}`, { method, ...(body !== undefined && { body }) }))
    return { status: response.status, body: (await response.json()) as Json }
  }
}

/** Every column of every table, as it is called there and as it would be called on the wire. */
async function columnsOf(database: DatabaseSettings): Promise<readonly string[]> {
  const names = database.kind === 'SQLite' ? columnsOfFile(database.file) : await columnsOfSchema(database.connectionString)
  return names.flatMap((name) => [name, name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())])
}

function columnsOfFile(file: string): readonly string[] {
  const handle = new Database(file, { readonly: true })
  const query = "select distinct c.name from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table'"
  const rows = handle.prepare<[], { name: string }>(query).all()
  handle.close()
  return rows.map(({ name }) => name)
}

async function columnsOfSchema(connectionString: string): Promise<readonly string[]> {
  const client = new Client({ connectionString })
  await client.connect()
  const { rows } = await client.query<{ name: string }>(
    "select distinct column_name as name from information_schema.columns where table_schema = 'ebra'",
  )
  await client.end()
  return rows.map(({ name }) => name)
}
