import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createLedger, type LedgerLine, liveNow, readLedger, readLedgerLines, spawnLedger } from '../src/ledger/index.ts'
import { dial, dialInVain, ended, json, receiveWebhooks, until } from './ledger-caller.ts'

describe('a ring ledger in a process of its own', () => {
  it('leaves every ring it answered in its file when it is killed', async () => {
    await using folder = await emptyFolder()
    await using ledger = await spawnLedger({ file: folder.file, durationMs: 60_000 })
    const attempts = Array.from({ length: 100 }, (_, index) => `call-${index}.1`)
    const answered: string[] = []
    const dials = attempts.map((attemptId) =>
      dial(ledger.url, { attemptId }).then(
        () => answered.push(attemptId),
        () => undefined,
      ),
    )
    await until(() => answered.length > 20)
    await ledger.kill()
    await Promise.all(dials)
    const rung = new Set((await readLedger(folder.file)).rings.map(({ key }) => key))
    expect(answered.filter((attemptId) => !rung.has(attemptId))).toEqual([])
    expect(await ledger.report()).toEqual(await readLedger(folder.file))
  })

  it('leaves the ring of a POST that it never answered', async () => {
    await using folder = await emptyFolder()
    await using ledger = await spawnLedger({ file: folder.file, mode: 'ringThenHang', durationMs: 60_000 })
    await dialInVain(ledger)
    await ledger.kill()
    expect((await readLedger(folder.file)).rings).toMatchObject([{ key: 'call-1.1', end: null }])
  })

  it('switches its mode while it runs, and refuses one that it does not know', async () => {
    await using ledger = await spawnLedger()
    await ledger.switchTo({ mode: 'throttle' })
    expect((await dial(ledger.url)).status).toBe(429)
    await expect(ledger.switchTo(JSON.parse('{"mode":"nonesuch"}'))).rejects.toThrow('mode must be one of normal')
  })

  it('ends when it is told to over HTTP', async () => {
    await using ledger = await spawnLedger()
    expect((await fetch(`${ledger.url}/_ledger`, { method: 'DELETE' })).status).toBe(202)
    await ledger.closed
    await expect(fetch(ledger.url)).rejects.toThrow('fetch failed')
  })

  it('that cannot start says so', async () => {
    await using taken = await createLedger()
    const { host, port } = new URL(taken.url)
    await expect(spawnLedger({ port: Number(port) })).rejects.toThrow(
      `The ledger could not start: Error: listen EADDRINUSE: address already in use ${host}`,
    )
  })
})

describe('a ring ledger that goes on with a file', () => {
  it('lets the calls that were live end, and tells their end', async () => {
    await using folder = await emptyFolder()
    await using host = await receiveWebhooks()
    await using killed = await spawnLedger({ file: folder.file, ringMs: 0, durationMs: 60_000 })
    const { providerCallId } = await json(dial(killed.url, { callbackUrl: host.url, maxDurationSec: 0.5 }))
    await killed.kill()
    expect(liveNow(await readLedger(folder.file))).toBe(1)

    await using ledger = await createLedger({ file: folder.file })
    expect(await json(fetch(`${ledger.url}/calls/${providerCallId}`))).toMatchObject({ attemptId: 'call-1.1' })
    await until(() => host.statuses().includes('COMPLETED'))
    expect(liveNow(await ledger.report())).toBe(0)
  })

  it('recognises the keys of old, and counts on', async () => {
    await using folder = await emptyFolder()
    const rules = { file: folder.file, dedupe: true, ringMs: 0, durationMs: 0 }
    const before = await createLedger(rules)
    const { providerCallId } = await json(dial(before.url))
    await ended(before, 1)
    await before.close()
    await using ledger = await createLedger(rules)
    expect(await json(dial(ledger.url))).toEqual({ providerCallId, status: 'COMPLETED' })
    expect(await ledger.summary()).toMatchObject({ posts: 2, rings: 1, live: 0, maxLive: 1, ends: { COMPLETED: 1 } })
  })

  it('leaves out what a crash tore off, and writes on behind it', async () => {
    await using folder = await emptyFolder()
    const before = await createLedger({ file: folder.file, durationMs: 60_000 })
    await dial(before.url)
    await before.close()
    await writeFile(folder.file, '{"kind":"ring","at":17', { flag: 'a' })
    expect((await readLedger(folder.file)).rings).toHaveLength(1)
    await using ledger = await createLedger({ file: folder.file })
    await dial(ledger.url, { attemptId: 'call-2.1' })
    expect((await ledger.report()).rings.map(({ key }) => key)).toEqual(['call-1.1', 'call-2.1'])
  })

  it('refuses a file of somebody else, and leaves it as it was', async () => {
    await using folder = await emptyFolder()
    await writeFile(folder.file, 'Dear diary,\n')
    await expect(createLedger({ file: folder.file })).rejects.toThrow(`${folder.file}:1 is no line of a ring ledger: Dear diary,`)
    expect(await readFile(folder.file, 'utf8')).toBe('Dear diary,\n')
  })

  it('has the body of every POST in it, whatever it was answered', async () => {
    await using folder = await emptyFolder()
    await using ledger = await createLedger({ file: folder.file })
    await dial(ledger.url, { metadata: { customerId: 7 } })
    await ledger.switchTo({ mode: 'throttle' })
    await dial(ledger.url, { metadata: { customerId: 8 } })
    const lines: LedgerLine[] = []
    for await (const line of readLedgerLines(folder.file)) lines.push(line)
    expect(lines.filter(({ kind }) => kind === 'post')).toMatchObject([
      { body: { metadata: { customerId: 7 } } },
      { body: { metadata: { customerId: 8 } } },
    ])
  })
})

describe('a ring ledger under load', () => {
  it('rings, ends and tells 2 000 calls, 100 at a time, and loses none', async () => {
    await using host = await receiveWebhooks()
    await using ledger = await spawnLedger({ webhooks: { progress: false }, ringMs: 1, durationMs: 5 })
    const attempts = Array.from({ length: 2_000 }, (_, index) => `call-${index}.1`).values()
    const caller = async () => {
      for (const attemptId of attempts) await dial(ledger.url, { attemptId, callbackUrl: host.url })
    }
    await Promise.all(Array.from({ length: 100 }, caller))
    await until(() => host.received.length === 2_000)
    const { posts, rings } = await ledger.report()
    expect([posts.length, rings.length]).toEqual([2_000, 2_000])
    expect(rings.filter(({ end }) => end === null)).toEqual([])
    expect(await ledger.doubleRings()).toEqual([])
    expect(await ledger.maxLive()).toBeLessThanOrEqual(2_000)
  }, 60_000)
})

async function emptyFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-test-'))
  return {
    file: join(folder, 'ledger.jsonl'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
