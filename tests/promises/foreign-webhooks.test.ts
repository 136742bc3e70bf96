import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ebraExpress } from '@ebra/adapter-express'
import { ebraFastify } from '@ebra/adapter-fastify'
import { type CallOrchestrator, HttpProvider, signWebhook } from '@ebra/core'
import express from 'express'
import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { until } from '../e2e/until.ts'
import { createEmptyDatabase, createPlayedScene } from './played-scene.ts'
import { keepResult } from './results.ts'
import { patience, sized } from './size.ts'
import { databaseKinds } from './worker-settings.ts'

const strangers = sized(100, 1_000)
const secret = `whsec_${Buffer.from('the platform signs with this key').toString('base64')}`
const dayMs = 86_400_000
const minuteMs = 60_000

interface Listening extends AsyncDisposable {
  readonly url: string
}

/** Ways to serve the routes of an orchestrator. */
const adapters: Record<string, (orchestrator: CallOrchestrator) => Promise<Listening>> = {
  Express: (orchestrator) => listen(createServer(express().use(ebraExpress(orchestrator, { authorize: false })))),
  Fastify: async (orchestrator) => {
    const app = fastify()
    await app.register(ebraFastify, { orchestrator, authorize: false })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    return { url, [Symbol.asyncDispose]: () => app.close() }
  },
}

const ways = databaseKinds.flatMap((kind) => Object.keys(adapters).map((adapter) => [adapter, kind] as const))

describe.each(ways)('webhooks about calls that nobody made, over %s, with calls in %s', (adapter, kind) => {
  it.concurrent('make no call: each is taken, parked and counted, applied if its call turns up, and dropped after a day', {
    timeout: patience(60_000),
  }, async () => {
    await using platform = await listenAsPlatform()
    await using database = await createEmptyDatabase(kind)
    await using scene = createPlayedScene(database, new HttpProvider({ baseUrl: platform.url, webhookSecrets: [secret] }))
    const { orchestrator, store, clock, events } = scene
    const sweep = store.sweep.bind(store)
    let sweeps = 0
    store.sweep = async (params) => {
      await sweep(params)
      sweeps++
    }
    await orchestrator.start()
    await using served = await (adapters[adapter] ?? expect.fail())(orchestrator)
    const post = (report: object) => postSigned(`${served.url}/callbacks/http`, report)

    const answers = await Promise.all(Array.from({ length: strangers }, (_, index) => post(reportOf(index))))
    expect(answers.filter((status) => status !== 200)).toEqual([])
    expect(await orchestrator.metrics()).toMatchObject({
      store: { parkedWebhooks: strangers, live: 0, calls: { PENDING: 0, IN_PROGRESS: 0, COMPLETED: 0 } },
      webhooks: { received: strangers, parked: strangers, rejected: 0 },
    })
    expect(events.filter((event) => event.type === 'webhook.parked' && event.reason === 'unknown')).toHaveLength(strangers)
    expect(platform.dials()).toBe(0)

    platform.answerNext('stranger-0')
    const { call } = await orchestrator.enqueue({ to: '+12025550123', scriptId: 'welcome' })
    expect(await orchestrator.waitFor(call.id)).toMatchObject({ status: 'COMPLETED', attempts: 1, providerCallId: 'stranger-0' })
    const parked = async () => (await store.readMetrics()).parkedWebhooks
    await until(async () => (await parked()) === strangers - 1)

    const swept = sweeps
    clock.advance(dayMs - minuteMs)
    await until(async () => sweeps > swept)
    expect(await parked()).toBe(strangers - 1)
    clock.advance(2 * minuteMs)
    await until(async () => (await parked()) === 0)
    const { droppedWebhooks, calls } = await store.readMetrics()
    expect({ droppedWebhooks, completed: calls.COMPLETED, dials: platform.dials() }).toEqual({
      droppedWebhooks: strangers - 1,
      completed: 1,
      dials: 1,
    })
    keepResult({
      row: 8,
      promise: `Webhooks about calls that nobody made, over ${adapter}, with ${kind}`,
      n: answers.length,
      result: `${answers.length} answered 200 and parked, ${calls.COMPLETED} applied when its call turned up, ${droppedWebhooks} dropped after a day, ${platform.dials() - calls.COMPLETED} calls made`,
    })
  })
})

/** One stranger after the other is named by the platform's id, by an attempt's, by a call's, and by all at once. The first is over. */
function reportOf(index: number): object {
  const callId = randomUUID()
  const names = [{ providerCallId: `stranger-${index}` }, { attemptId: `${callId}.1` }, { callId }]
  const named = index % 4 === 3 ? Object.assign({}, ...names) : names[index % 4]
  return { ...named, status: index % 8 < 4 ? 'COMPLETED' : 'RINGING' }
}

async function postSigned(url: string, report: object): Promise<number> {
  const rawBody = JSON.stringify(report)
  const headers = { ...signWebhook({ id: randomUUID(), at: new Date(), rawBody }, [secret]), 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: rawBody })
  await response.arrayBuffer()
  return response.status
}

/** A platform that counts what it is asked to dial, and names it as it is told. */
async function listenAsPlatform() {
  let dials = 0
  let nextId = 'unexpected'
  const server = createServer((request, response) => {
    dials++
    request
      .resume()
      .on('end', () => response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ providerCallId: nextId })))
  })
  const answerNext = (id: string) => {
    nextId = id
  }
  return { ...(await listen(server)), dials: () => dials, answerNext }
}

async function listen(server: Server): Promise<Listening> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close }
}
