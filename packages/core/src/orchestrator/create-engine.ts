import { randomBytes, randomInt } from 'node:crypto'
import { StoppedError } from '../errors.ts'
import { type Clock, systemClock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Store } from '../ports/store.ts'
import { DatabaseTime } from './database-time.ts'
import { Emitter } from './emitter.ts'
import { type Engine, report } from './engine.ts'
import { InsertGroup } from './insert-group.ts'
import { Pump } from './pump.ts'
import { Reconciler } from './reconciler.ts'
import type { Settings } from './settings.ts'

/** Puts the parts of one orchestrator together. Nothing is opened, nothing runs. */
export function createEngine(settings: Settings, store: Store<unknown, unknown>): Engine {
  const clock: Clock = settings.clock ?? systemClock
  const halted = new AbortController()
  const opening = openOnce(settings, store, halted.signal)
  const engine: Engine = {
    settings,
    store,
    clock,
    emitter: new Emitter(settings.logger),
    time: new DatabaseTime(clock, settings.staleAfterMs, (jumpedMs) => report(engine, timeJump(jumpedMs))),
    inserts: new InsertGroup(store),
    halted,
    cutOff: new AbortController(),
    counters: { received: 0, rejected: 0, parked: 0, revived: 0 },
    random: () => randomInt(2 ** 32) / 2 ** 32,
    open: opening.open,
    close: opening.close,
    tagKey: opening.tagKey,
    get pump() {
      return pump
    },
    get checks() {
      return checks
    },
  }
  const checks = new Reconciler(engine)
  const pump = new Pump(engine, randomBytes(9).toString('base64url'))
  return engine
}

/** Opens the store when it is first needed, and again when that failed; never once the orchestrator was stopped. */
function openOnce(settings: Settings, store: Store<unknown, unknown>, halted: AbortSignal): Pick<Engine, 'open' | 'close' | 'tagKey'> {
  let opening: Promise<void> | null = null
  let isClosed = false
  let key: Uint8Array | null = null
  const open = async () => {
    await store.open({ logger: settings.logger ?? silentLogger, clock: settings.clock })
    key = await store.installationKey()
  }
  return {
    open: () => {
      if (isClosed || (opening === null && halted.aborted)) return Promise.reject(new StoppedError())
      opening ??= open().catch((error: unknown) => {
        opening = null
        throw error
      })
      return opening
    },
    close: async () => {
      isClosed = true
      await store.close()
    },
    tagKey: () => {
      if (key === null) throw new Error('The store is not open yet.')
      return key
    },
  }
}

function timeJump(jumpedMs: number): Error {
  return new Error(
    `Database time jumped by ${Math.round(jumpedMs / 1_000)} s. Until that has passed nothing is called silent, stale or expired.`,
  )
}

const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }

function ignore(): void {}
