import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { signWebhook } from '@ebra/core'
import { placeModes } from '@ebra/testkit/ledger'
import { describe, expect, it } from 'vitest'
import { canary, leaksIn } from '../../scripts/check/leaks.ts'
import { type ReferenceServer, startServer } from '../e2e/reference-server.ts'
import { createSetting, type DatabaseKind, databaseKinds, type Setting } from '../e2e/setting.ts'
import { severableLink } from '../e2e/severable-link.ts'
import { until } from '../e2e/until.ts'
import { keepResult } from './results.ts'
import { patience } from './size.ts'

const secret = `whsec_${Buffer.from(`${canary}, a secret of twenty-four or more bytes`).toString('base64')}`

/** What would forge a line, colour a terminal, break a label, fill a format, or fill a disk. */
const hostileTexts = [
  `${canary}-line\n{"level":60,"msg":"${canary}-forged"}`,
  `${canary}-carriage\r\r\n`,
  `\u001b[2J\u001b[31m${canary}-colour\u001b]0;title\u0007`,
  `${canary}-label"} 1\nebra_calls{status="${canary}`,
  `%s%d%j%o${canary}-format`,
  `\u2028\u202e${canary}-separator`,
  canary.repeat(1_000),
]
const hostileObject = Object.fromEntries(
  hostileTexts.flatMap((value, index) => [
    [`key-${index}`, value],
    [`${canary}-${index}\n`, index],
  ]),
)

describe.each(databaseKinds)('a server on %s that logs all it can', (database) => {
  it('shows no number, metadata, variable, transcript, key or password, whatever the platform, the clients and the database do', {
    timeout: patience(120_000),
  }, async () => {
    await using scene = await createScene(database)
    const { server, platform, link } = scene
    const modes = Object.keys(placeModes) as (keyof typeof placeModes)[]
    for (const [index, mode] of modes.entries()) {
      await platform.switchTo({ mode, retryAfterSec: 0, slowMs: 50, outcomes: { COMPLETED: 1, FAILED: 1 } })
      const { posts } = await platform.summary()
      await server.client.enqueue(hostileCall(index))
      await untilDialed(server, async () => (await platform.summary()).posts > posts)
    }
    await platform.switchTo({ mode: 'normal' })
    await hostileClient(server)
    await hostileReports(server)
    const metrics = await fetch(`${server.url}/metrics`, { headers: { accept: 'text/plain', authorization: `Bearer ${scene.apiKey}` } })
    expect(leaksIn(await metrics.text())).toEqual([])
    if (link !== null) {
      await link.cut()
      await until(async () => (await server.client.send('GET', '/health')).status === 503)
      await server.client.send('POST', '/calls', hostileCall(90))
      await link.join()
      await until(async () => (await server.client.send('GET', '/health')).status === 200)
    }
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null })

    expect(leaksIn(server.lines.join('\n'), [scene.password].filter(Boolean))).toEqual([])
    const logged = server.lines.filter((line) => line.startsWith('{'))
    expect(logged.filter((line) => !isLogLine(line))).toEqual([])
    for (const event of ['call.enqueued', 'attempt.unconfirmed', 'gate.closed', 'webhook.received', 'webhook.rejected']) {
      expect(
        logged.some((line) => line.includes(`"msg":"${event}"`)),
        `Nothing was logged of ${event}.`,
      ).toBe(true)
    }
    keepResult({
      row: 'security',
      promise: `A server on ${database} logs at debug what ${modes.length} ways to treat a dial, hostile clients and hostile reports give it`,
      n: logged.length,
      result: `${leaksIn(logged.join('\n')).length} of ${logged.length} lines show a number, metadata, a variable, a transcript, a key or a password`,
    })
  })
})

it('a platform that repeats whatever it was told is not repeated in turn', { timeout: patience(60_000) }, async () => {
  await using setting = await createSetting('SQLite')
  await using platform = await echoingPlatform()
  const environment = { ...setting.environment, PROVIDER_BASE_URL: platform.url, MAX_ATTEMPTS: '1' }
  await using server = await startServer('main', { cwd: setting.folder, environment })
  for (const [index, status] of [200, 301, 400, 401, 402, 404, 409, 422, 429, 500, 503].entries()) {
    platform.answerBy(status)
    const before = platform.count()
    await server.client.enqueue(hostileCall(index))
    await untilDialed(server, async () => platform.count() > before)
  }
  await until(async () => server.lines.some((line) => line.includes('"msg":"gate.closed"')))
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(leaksIn(server.lines.join('\n'))).toEqual([])
})

/** Whatever gate the dials before have closed is opened by hand. */
function untilDialed({ client }: ReferenceServer, isDialed: () => Promise<boolean>): Promise<boolean> {
  return until(async () => {
    await client.send('DELETE', '/control/gates/provider:http')
    return isDialed()
  })
}

async function createScene(database: DatabaseKind) {
  const setting = await createSetting(database, { webhooks: { twice: 0.3, early: 0.3, shuffled: 0.3 } })
  const apiKey = `${canary}-key-of-the-clients`
  const { environment, password, link } = await throughLink(setting)
  const server = await startServer('main', {
    cwd: setting.folder,
    environment: {
      ...environment,
      API_KEY: apiKey,
      HTTP_ADAPTER: database === 'SQLite' ? 'fastify' : 'express',
      STALE_INPROG_SECONDS: '1',
      MAX_ATTEMPTS: '2',
    },
  })
  const dispose = async () => {
    await server[Symbol.asyncDispose]()
    await link?.cut()
    await setting[Symbol.asyncDispose]()
  }
  return { server, platform: setting.platform, link, password, apiKey, [Symbol.asyncDispose]: dispose }
}

/** Postgres is reached by a way that can be cut; a file cannot. */
async function throughLink({ environment }: Setting) {
  const address = environment['DATABASE_URL']
  if (address === undefined) return { environment, password: '', link: null }
  const url = new URL(address)
  const link = await severableLink(Number(url.port))
  await link.join()
  url.port = String(link.port)
  return { environment: { ...environment, DATABASE_URL: url.href }, password: url.password, link }
}

function hostileCall(index: number) {
  const name = hostileTexts[index % hostileTexts.length] ?? canary
  return {
    to: `+4930500000${String(index).padStart(2, '0')}`,
    from: `${canary}-caller`,
    scriptId: `script\n\u001b[31m"} ${index}`,
    metadata: { ...hostileObject },
    variables: { name, [`${canary}-key`]: true },
    idempotencyKey: `${canary}-key-${index}`,
  }
}

/** Puts what none may see where logs of requests would show it: in paths, queries, headers, and bodies of every defect. */
async function hostileClient({ url, client }: ReferenceServer): Promise<void> {
  for (const path of [
    '/calls?to=%2B493050000001',
    `/calls/${canary}`,
    `/callbacks/${canary}`,
    `/${canary}?key=${canary}`,
    `/calls?cursor=${canary}`,
  ])
    await client.send('GET', path)
  await fetch(`${url}/calls`, { headers: { authorization: `Bearer ${canary}-wrong` } })
  const call = hostileCall(0)
  for (const body of [{ ...call, to: `+493050000001 ${canary}` }, { ...call, [canary]: 1 }, { ...call, metadata: canary }, [call], canary])
    expect((await client.send('POST', '/calls', body)).status).toBe(422)
  for (const broken of [`{"to":"+493050000001","metadata":"${canary}`, `${canary}\0`, ''])
    await fetch(`${url}/calls`, { method: 'POST', body: broken, headers: { authorization: `Bearer ${canary}-key-of-the-clients` } })
}

/** Reports of platforms: signed and forged, readable and not, each with what was said on the phone. */
async function hostileReports({ url, client }: ReferenceServer): Promise<void> {
  const { id: callId } = await client.enqueue({ ...hostileCall(80), scheduledAt: '2199-01-01T00:00:00Z' })
  const words = {
    transcript: canary,
    summary: `${canary} of +493050000080`,
    data: hostileObject,
    recordingUrl: `https://r.example/${canary}`,
  }
  const error = { code: `${canary}-code`, message: `+493050000080 hung up on ${canary}` }
  const reports = [
    { callId, status: 'COMPLETED', durationSec: 4, ...words },
    { callId, status: `${canary}-word`, error },
    { attemptId: `${callId}.1`, status: 'FAILED', completedAt: new Date().toISOString(), error, ...words },
    { providerCallId: canary, status: 'BUSY', eventId: canary },
    { status: [canary] },
    canary,
  ]
  for (const report of reports) {
    const rawBody = JSON.stringify(report)
    const signed = signWebhook({ id: `${canary}-id`, at: new Date(), rawBody }, [secret])
    for (const headers of [{ ...signed }, { ...signed, 'webhook-signature': `v1,${canary}` }])
      await fetch(`${url}/callbacks/http?attempt=${canary}&tag=${canary}`, { method: 'POST', body: rawBody, headers })
  }
}

/** Answers every dial by its own words, as a message of what went wrong. */
async function echoingPlatform() {
  let status = 200
  let count = 0
  const server = createServer(async (request, response) => {
    const told = `${JSON.stringify(request.headers)} ${await text(request)}`
    count += 1
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: told, message: told, code: told, detail: told }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answerBy: (next: number) => {
      status = next
    },
    count: () => count,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function isLogLine(line: string): boolean {
  try {
    return typeof JSON.parse(line).level === 'number'
  } catch {
    return false
  }
}
