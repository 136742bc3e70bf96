import { describe, expect, it } from 'vitest'
import { type ReferenceServer, startServer } from '../e2e/reference-server.ts'
import { createSetting, databaseKinds } from '../e2e/setting.ts'
import { until } from '../e2e/until.ts'
import { chanceOf, seed } from './chance.ts'
import { printed } from './hostile/request.ts'
import { hostileRequest, type Knowledge, operationsOf } from './hostile/requests.ts'
import { complaintAbout } from './hostile/verdict.ts'
import { exchange } from './hostile/wire.ts'
import { keepResult } from './results.ts'
import { patience, sized } from './size.ts'

const requests = sized(300, 5_000)
const lanes = 8
/** Code is loaded and compiled, statements are prepared, pools are filled. */
const warmUp = Math.ceil(requests / 4)
/** What a collector may leave lying about, and what one request may leave behind for ever: less than its own shortest line. */
const noiseBytes = 3_000_000
const bytesPerRequest = 100

const apiKey = 'key-of-the-clients'
const adapters = ['express', 'fastify'] as const
const cases = adapters.flatMap((adapter) => databaseKinds.map((database) => ({ adapter, database })))

describe(`hostile input, derived from the OpenAPI document (seed ${seed})`, () => {
  it.for(cases)(
    'is refused as the sender’s fault by $adapter on $database, and leaves nothing behind',
    { timeout: patience(120_000) },
    async (each) => {
      await using scene = await createScene(each)
      const { server, statuses } = scene
      await sendHostile(scene, { from: 0, to: warmUp })
      const before = await memoryOf(server)
      await sendHostile(scene, { from: warmUp, to: requests })
      const grown = (await memoryOf(server)) - before

      await server.client.whenCallIs(await behave(scene), 'COMPLETED')
      expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null })
      expect(server.lines.filter(isComplaint)).toEqual([])
      expect(statuses).toHaveLength(requests)
      expect(grown).toBeLessThan(noiseBytes + bytesPerRequest * (requests - warmUp))
      const { rings } = await scene.platform.report()
      expect(rings.length).toBeGreaterThan(requests / 100)
      const failed = statuses.filter((status) => status >= 500).length
      const refused = statuses.filter((status) => status >= 400).length
      keepResult({
        row: 23,
        promise: `Hostile requests to all ${operationsOf(scene.knowledge.document).length} operations, ${each.adapter} on ${each.database}`,
        n: requests,
        result: `${failed} answers of 500 or more, ${refused} refusals, 0 crashes, 0 unhandled rejections, ${rings.length} calls dialed meanwhile, ${Math.round(grown / 1_000)} kB more in memory at the end`,
      })
    },
  )
})

type Scene = Awaited<ReturnType<typeof createScene>>

async function createScene({ adapter, database }: (typeof cases)[number]) {
  const setting = await createSetting(database)
  const environment = {
    ...setting.environment,
    HTTP_ADAPTER: adapter,
    API_KEY: apiKey,
    LOG_LEVEL: 'debug',
    NODE_OPTIONS: `--import=${new URL('bin-heap-probe.ts', import.meta.url)}`,
  }
  const server = await startServer('main', { cwd: setting.folder, environment })
  const { body: document } = await server.client.send<Knowledge['document']>('GET', '/openapi.json')
  const callIds: string[] = []
  const knowledge: Knowledge = { document, apiKey, webhookSecret: setting.environment['WEBHOOK_SECRET'] ?? '', callIds }
  return {
    name: `${adapter} ${database}`,
    server,
    knowledge,
    callIds,
    /** One for each request that was sent; 0 where nobody answered. */
    statuses: [] as number[],
    platform: setting.platform,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await setting[Symbol.asyncDispose]()
    },
  }
}

/** Sends these requests, several at a time, and an ordinary one after every hundred. */
async function sendHostile(scene: Scene, { from, to }: { readonly from: number; readonly to: number }): Promise<void> {
  const indices = Array.from({ length: to - from }, (_, offset) => from + offset).values()
  const work = async () => {
    for (const index of indices) {
      if (index % 100 === 0) await behave(scene)
      await sendOne(scene, index)
    }
  }
  await Promise.all(Array.from({ length: lanes }, work))
}

async function sendOne({ name, server, knowledge, callIds, statuses }: Scene, index: number): Promise<void> {
  const request = hostileRequest(index, chanceOf(`hostile ${name} ${index}`), knowledge)
  const answer = await exchange(server.url, request.bytes, { stays: request.isHttp && request.isWhole, isHead: request.isHead }).catch(
    (cause: unknown) => {
      throw new Error([`Request ${index}, ${printed(request)}, failed:`, cause, ...server.lines.slice(-5)].join('\n'), { cause })
    },
  )
  const complaint = complaintAbout(request, answer, knowledge.document)
  const story = [`Request ${index}, ${printed(request)}`, JSON.stringify(answer)?.slice(0, 2_000), ...server.lines.filter(isComplaint)]
  expect(complaint, story.join('\n')).toBeNull()
  statuses.push(answer?.status ?? 0)
  if (answer?.status === 201) callIds.push(...[...answer.text.matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id))
}

/** What an operator and an ordinary client do: hostile requests may have paused the fleet. Answers the id of a call. */
async function behave({ server: { client }, callIds }: Pick<Scene, 'server' | 'callIds'>): Promise<string> {
  expect(await client.send('PATCH', '/control', { paused: false, capacity: null })).toMatchObject({ status: 200 })
  const { id } = await client.enqueue({ to: `+4930${10_000_000 + callIds.length}`, scriptId: 'welcome', priority: 100 })
  callIds.push(id)
  return id
}

/** Bytes in use after a collection of garbage. */
async function memoryOf(server: ReferenceServer): Promise<number> {
  const linesBefore = server.lines.length
  server.child.kill('SIGUSR2')
  const line = await until(async () => server.lines.slice(linesBefore).find((each) => each.startsWith('{"probe":"memory"')))
  return JSON.parse(line).bytes
}

/** Pino’s levels 50 and 60; and what Node itself says of a promise that nobody caught, or of a leak of listeners. */
function isComplaint(line: string): boolean {
  return /"level":[56]0|Warning|Unhandled|Error:/.test(line)
}
