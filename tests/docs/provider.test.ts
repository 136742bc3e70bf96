import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { ebraExpress } from '@ebra/adapter-express'
import { CallOrchestrator, classifyPlaceStatus, type Provider, signWebhook } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { extracted } from './extracted.ts'
import { codeBlocks, namesIn, readPage, tableUnder } from './pages.ts'

const secret = 'whsec_YSBzZWNyZXQga25vd24gdG8gZXZlcnlib2R5'

test('the provider of the page places a call with a real platform, and its webhook settles it', async () => {
  const platform = await startAcme('talked')
  const { orchestrator } = await startHost(platform.url)

  const { call } = await orchestrator.enqueue({ to: '+12025550123', scriptId: 'welcome' })
  const ended = await orchestrator.waitFor(call.id)

  expect(ended).toMatchObject({ status: 'COMPLETED', outcome: 'completed', providerCallId: 'acme-1' })
  expect(platform.dials).toEqual([{ phone: '+12025550123', agent: 'welcome', reference: `${call.id}.1`, notify: expect.any(String) }])
  const [attempt] = await orchestrator.attempts(call.id)
  expect(attempt?.details.reason).toBe('talked')
})

test('the provider of the page keeps a call that the platform refuses', async () => {
  const platform = await startAcme('talked', 503)
  const { orchestrator } = await startHost(platform.url)
  const unconfirmed = new Promise((resolve) => orchestrator.on('attempt.unconfirmed', resolve))

  const { call } = await orchestrator.enqueue({ to: '+12025550123', scriptId: 'welcome' })
  await unconfirmed

  expect(await orchestrator.get(call.id)).toMatchObject({ status: 'IN_PROGRESS' })
  expect(platform.dials).toHaveLength(1)
})

test('the provider of the page refuses a webhook that was not signed', async () => {
  const platform = await startAcme('talked')
  const { orchestrator, url } = await startHost(platform.url)
  const { call } = await orchestrator.enqueue({ to: '+12025550123', scriptId: 'welcome', scheduledAt: new Date('2100-01-01') })

  const body = JSON.stringify({ id: 'acme-1', reference: `${call.id}.1`, result: 'talked' })
  const answer = await fetch(`${url}/callbacks/acme`, { method: 'POST', body })

  expect(answer.status).toBe(401)
})

test('the page says of every status what is proven by it', () => {
  const rows = tableUnder(readPage('docs/writing-a-provider.md'), 'What `place` has to say', { heads: 'what you see' })
  const said = rows.flatMap(([seen = '', say]) => [...seen.matchAll(/\b\d{3}\b/g)].map(([status]) => [Number(status), namesIn(say)[0]]))

  expect(said).toHaveLength(16)
  expect(said).toEqual(said.map(([status]) => [status, classifyPlaceStatus(Number(status), new Headers()).kind]))
})

/** The platform of the page: dials on `POST /dials`, and reports the result to the address that came with it. */
async function startAcme(result: string, status = 201) {
  const dials: { readonly reference: string; readonly notify: string }[] = []
  const server = createServer(async (request, response) => {
    const dial = JSON.parse(await textOf(request))
    dials.push(dial)
    const id = `acme-${dials.length}`
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ id }))
    if (status === 201) await report(dial.notify, { id, reference: dial.reference, result })
  })
  return { dials, url: await listen(server) }
}

async function report(notify: string, event: Readonly<Record<'id' | 'reference' | 'result', string>>): Promise<void> {
  const rawBody = JSON.stringify(event)
  const headers = { ...signWebhook({ id: `event-${event.id}`, at: new Date(), rawBody }, [secret]) }
  await fetch(notify, { method: 'POST', headers, body: rawBody })
}

/** An application that embeds Ebra, with the provider of the page. */
async function startHost(platformUrl: string) {
  const app = express()
  const url = `${await listen(createServer(app))}/voice`
  const orchestrator = new CallOrchestrator({
    store: new SqliteStore({ file: ':memory:' }),
    provider: await acme({ baseUrl: platformUrl, apiKey: 'key', secret }),
    concurrency: 10,
    publicUrl: url,
  })
  app.use('/voice', ebraExpress(orchestrator, { authorize: false }))
  await orchestrator.start()
  onTestFinished(() => orchestrator.stop({ graceMs: 0 }))
  return { orchestrator, url }
}

async function acme(account: { readonly baseUrl: string; readonly apiKey: string; readonly secret: string }): Promise<Provider> {
  const [block] = codeBlocks(readPage('docs/writing-a-provider.md'), 'ts')
  const folder = await extracted({ 'acme.ts': block?.code ?? '' })
  const module: { readonly acme: (given: typeof account) => Provider } = await import(join(folder, 'acme.ts'))
  return module.acme(account)
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
