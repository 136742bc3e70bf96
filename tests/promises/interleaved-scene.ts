import { setImmediate as nextTick } from 'node:timers/promises'
import { type Attempt, type Call, CallOrchestrator, isEbraError, type Store } from '@ebra/core'
import { ManualClock } from '@ebra/core/testing'
import { SqliteStore } from '@ebra/store-sqlite'
import type { Scheduler } from 'fast-check'
import { type Fate, InterleavedPlatform } from './interleaved-platform.ts'
import { type Commit, interleaved } from './interleaved-store.ts'

/** Something that a host, or time, does. `line` is one of a few numbers; calls and dials are named by their order, round about. */
export type Operation =
  | { readonly kind: 'enqueue'; readonly line: number }
  | { readonly kind: 'update' | 'cancel'; readonly call: number }
  | { readonly kind: 'resolve'; readonly dial: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'pause' | 'resume' | 'stop' }

const concurrency = 2
const hosts = 3
const refusals = ['CALL_NOT_PENDING', 'CALL_ENDED', 'ATTEMPT_NOT_RESOLVABLE', 'STOPPED'] as const

/** One process after the other at a database in memory, where every step waits for the scheduler. */
export class InterleavedScene {
  readonly #scheduler: Scheduler
  readonly #clock = new ManualClock()
  readonly #database: Store = new SqliteStore({ file: ':memory:' })
  readonly #closeDatabase = this.#database.close.bind(this.#database)
  readonly #platform: InterleavedPlatform
  readonly #commits: Commit[] = []
  readonly #callIds: string[] = []
  readonly #webhooks: Promise<void>[] = []
  readonly #broken: string[] = []
  #orchestrator: CallOrchestrator
  readonly #successor = Promise.withResolvers<void>()
  #isStopped = false
  #changes = 0
  #revived = 0

  constructor(scheduler: Scheduler, fates: readonly Fate[]) {
    this.#scheduler = scheduler
    this.#platform = new InterleavedPlatform(scheduler, fates, (webhook) => void this.#webhooks.push(this.#tell(webhook)))
    // It outlives each process.
    this.#database.close = async () => undefined
    this.#orchestrator = this.#create()
  }

  /** Enqueues the first calls, and has a few hosts do the operations in turns, each one after the other. Resolves when all are answered. */
  async run(operations: readonly Operation[]): Promise<void> {
    const first = [0, 1, 0, 1].map((line) => this.#do({ kind: 'enqueue', line }))
    await this.#scheduler.waitFor(Promise.all([this.#orchestrator.start(), ...first]))
    const work = Array.from({ length: hosts }, (_, host) => this.#doAll(operations.filter((_, index) => index % hosts === host)))
    await this.#scheduler.waitFor(Promise.all(work))
  }

  async #doAll(operations: readonly Operation[]): Promise<void> {
    for (const operation of operations) {
      // The pump begins its turns with the event loop, not with the scheduler.
      await nextTick()
      await this.#scheduler.schedule(Promise.resolve(), JSON.stringify(operation))
      await this.#do(operation).catch((error: unknown) => {
        if (!refusals.some((code) => isEbraError(error, code))) throw error
      })
    }
  }

  /** Lets time pass until every call has ended; where the process was stopped, another takes over. */
  async finish(): Promise<void> {
    if (this.#isStopped) await this.#takeOver()
    await this.#scheduler.waitFor(this.#endAll())
    await this.#scheduler.waitFor(Promise.all(this.#webhooks))
    const { revived } = await this.#scheduler.waitFor(this.#orchestrator.metrics())
    this.#revived += revived
    await this.#scheduler.waitFor(this.#orchestrator.stop())
  }

  /** All there is to judge by. */
  async judged() {
    const rows = await this.#rows()
    await this.#closeDatabase()
    return { dials: this.#platform.dials, commits: this.#commits, rows, revived: this.#revived, broken: this.#broken }
  }

  #create(): CallOrchestrator {
    const store = interleaved(this.#database, this.#scheduler, this.#commits, () => this.#watch())
    const conduct = { concurrency, staleAfterMs: 86_400_000, retry: { maxAttempts: 2, baseDelayMs: 0 } }
    const publicUrl = 'https://voice.example.com'
    const orchestrator = new CallOrchestrator({ ...conduct, store, publicUrl, provider: this.#platform, clock: this.#clock })
    return orchestrator.on('error', ({ error }) => void this.#broken.push(String(error)))
  }

  async #do(operation: Operation): Promise<void> {
    const orchestrator = this.#orchestrator
    switch (operation.kind) {
      case 'enqueue': {
        const { call } = await orchestrator.enqueue({ to: numberOf(operation.line), scriptId: 'welcome' })
        this.#callIds.push(call.id)
        return
      }
      case 'update':
        await this.#withCall(operation.call, (callId) => orchestrator.update(callId, { to: numberOf(10 + this.#changes++) }))
        return
      case 'cancel':
        await this.#withCall(operation.call, (callId) => orchestrator.cancel(callId))
        return
      case 'resolve':
        return this.#resolve(operation.dial)
      case 'pass':
        this.#clock.advance(operation.ms)
        return
      case 'pause':
        return orchestrator.pause()
      case 'resume':
        return orchestrator.resume()
      case 'stop':
        this.#isStopped = true
        return orchestrator.stop()
    }
  }

  async #withCall(index: number, work: (callId: string) => Promise<unknown>): Promise<void> {
    const callId = this.#callIds[index % Math.max(1, this.#callIds.length)]
    if (callId !== undefined) await work(callId)
  }

  /** The host learned elsewhere that a dial never arrived. */
  async #resolve(index: number): Promise<void> {
    const silent = this.#platform.dials.filter(({ fate }) => fate === 'never arrived, its answer cut')
    const dial = silent[index % Math.max(1, silent.length)]
    if (dial !== undefined) await this.#orchestrator.resolve(dial.request.attemptId, 'not-rang')
  }

  /** The platform sends a webhook until it is taken. */
  async #tell(webhook: Parameters<CallOrchestrator['handleWebhook']>[0]): Promise<void> {
    for (;;) {
      await this.#scheduler.schedule(Promise.resolve(), 'a webhook is sent')
      const { status } = await this.#orchestrator.handleWebhook(webhook)
      if (status === 200) return
      await this.#successor.promise
    }
  }

  async #takeOver(): Promise<void> {
    this.#orchestrator = this.#create()
    this.#successor.resolve()
    await this.#scheduler.waitFor(this.#orchestrator.start())
  }

  async #endAll(): Promise<void> {
    while ((await this.#rows()).some(({ call }) => call.status === 'PENDING' || call.status === 'IN_PROGRESS')) {
      this.#clock.advance(60_000)
      await this.#orchestrator.resume()
      for (const index of this.#platform.dials.keys()) await this.#resolve(index).catch(() => undefined)
      await nextTick()
    }
  }

  async #rows(): Promise<readonly { readonly call: Call; readonly attempts: readonly Attempt[] }[]> {
    const { items } = await this.#database.listCalls({ pageSize: 100 })
    return Promise.all(items.map(async (call) => ({ call, attempts: await this.#database.listAttempts({ callId: call.id }) })))
  }

  /** Whatever has just been committed, no slot, call or number is taken twice. */
  async #watch(): Promise<void> {
    const rows = await this.#rows()
    const live = rows.flatMap(({ attempts }) => attempts.filter(({ status }) => status !== 'ENDED'))
    const distinct = (key: 'callId' | 'to') => new Set(live.map((attempt) => attempt[key])).size
    if (live.length > concurrency || distinct('callId') < live.length || distinct('to') < live.length) {
      this.#broken.push(`Live at once: ${live.map(({ attemptId, to }) => `${attemptId} to ${to}`).join(', ')}.`)
    }
  }
}

function numberOf(line: number): string {
  return `+12025550${100 + line}`
}
