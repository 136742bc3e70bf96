import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SqliteStore } from '@ebra/store-sqlite'
import BetterSqlite3 from 'better-sqlite3'
import { scratchFolder } from '../e2e/scratch-folder.ts'
import { aroundStatements } from './around-statements.ts'
import { type Arena, runToEnd } from './held-open-arena.ts'
import { handsOn, type OperationName, operations, preparationTime, raceTime, untilIdle, type Words } from './held-open-operations.ts'

/** What the process that is held is told to do. A step is a statement, BEGIN and COMMIT included; null: it is not held. */
export interface HeldOrder {
  readonly operation: OperationName
  readonly stopBefore: number | null
}

/** What it says: that it is held, and waits for its standard input; or what its operation was answered. */
export type HeldMessage = { readonly kind: 'held' } | { readonly kind: 'ended'; readonly words: Words } | { readonly kind: 'ready' }

/** A SQLite file and two processes, this one and another, which stops before any statement that it is told to stop before. */
export async function sqliteArena(): Promise<Arena> {
  const folder = await scratchFolder()
  const file = join(folder.path, 'ebra.db')
  const office = await handsOn(new SqliteStore({ file }), preparationTime)
  await office.store.writeControl({ configured: 10 })
  const other = await handsOn(new SqliteStore({ file }), raceTime)
  const raw = new BetterSqlite3(file)
  const held = new HeldProcess(file)
  await held.said('ready')
  return {
    office,
    successor: other,
    clear: async () => void raw.exec(emptying),
    runInTurn: async (first, second) => [...(await held.run(first, null)), ...(await operations[second](other))],
    async runAcross(one, another, step) {
      const first = runToEnd(held.run(one, step))
      const wasHeld = await held.isHeldOrOver()
      const before = busyAnswers(file)
      const second = runToEnd(operations[another](other).finally(untilIdle))
      while (wasHeld && !second.isOver() && busyAnswers(file) === before) await turn()
      if (wasHeld) held.release()
      const words = await Promise.all([first.words, second.words])
      return { wasHeld, words: words.flat() }
    },
    async [Symbol.asyncDispose]() {
      await held.end()
      raw.close()
      for (const { orchestrator } of [other, office]) await orchestrator.stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}

const emptying = `
  pragma foreign_keys = on;
  begin immediate;
  delete from ebra_calls;
  delete from ebra_parked_events;
  delete from ebra_seen_events;
  update ebra_counts set present = 0, entered = 0;
  commit;
`

/** A process of its own that does what it is told. */
class HeldProcess {
  readonly #child: ChildProcess
  #heard: HeldMessage[] = []
  #news = Promise.withResolvers<void>()

  constructor(file: string) {
    this.#child = fork(program, [file], {
      execArgv: ['--conditions=@ebra/source'],
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(tmpdir(), 'ebra-compiled') },
      stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
    })
    this.#child.on('message', (message: HeldMessage) => this.#hear(message))
    this.#child.once('exit', () => this.#news.resolve())
  }

  async run(operation: OperationName, stopBefore: number | null): Promise<Words> {
    this.#heard = []
    this.#child.send({ operation, stopBefore } satisfies HeldOrder)
    const { words } = await this.said('ended')
    return words
  }

  /** True: it is held. */
  async isHeldOrOver(): Promise<boolean> {
    const { kind } = await this.#first(({ kind: said }) => said !== 'ready')
    return kind === 'held'
  }

  release(): void {
    this.#child.stdin?.write('\n')
  }

  async said<TKind extends HeldMessage['kind']>(kind: TKind): Promise<Extract<HeldMessage, { kind: TKind }>> {
    return (await this.#first((message) => message.kind === kind)) as Extract<HeldMessage, { kind: TKind }>
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  async #first(isWanted: (message: HeldMessage) => boolean): Promise<HeldMessage> {
    for (;;) {
      const found = this.#heard.find(isWanted)
      if (found !== undefined) return found
      if (this.#child.exitCode !== null) throw new Error(`The process that is held has ended with code ${this.#child.exitCode}.`)
      await this.#news.promise
    }
  }

  #hear(message: HeldMessage): void {
    this.#heard.push(message)
    this.#news.resolve()
    this.#news = Promise.withResolvers()
  }
}

const program = fileURLToPath(new URL('bin-held.ts', import.meta.url))

/** How often a statement of this process was told that somebody else has the lock. */
function busyAnswers(file: string): number {
  return busy.get(file) ?? 0
}

const busy = new Map<string, number>()

aroundStatements(({ file }, work) => {
  try {
    return work()
  } catch (error) {
    if (error instanceof BetterSqlite3.SqliteError && error.code.startsWith('SQLITE_BUSY')) busy.set(file, busyAnswers(file) + 1)
    throw error
  }
})
