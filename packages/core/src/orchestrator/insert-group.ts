import { isEbraError } from '../errors.ts'
import type { InsertResult, NewCall, Store } from '../ports/store.ts'

/** Calls that share one commit at most. */
const maxGroup = 500

interface Waiting {
  readonly call: NewCall
  settle(result: InsertResult): void
  fail(error: unknown): void
}

/**
 * Inserts calls one by one, and those that are under way at the same time in one commit: while a commit is on its way, what comes waits for the next. Only for calls without an idempotency key,
 * which wait for nobody: one with a key may have to wait for a host's open transaction that bears the same.
 */
export class InsertGroup {
  readonly #store: Store<unknown, unknown>
  readonly #waiting: Waiting[] = []
  #isRunning = false

  constructor(store: Store<unknown, unknown>) {
    this.#store = store
  }

  /** Durable once it resolves. */
  insert(call: NewCall): Promise<InsertResult> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ call, settle, fail })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    // What arrives in the same tick of the event loop shares the commit.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, maxGroup))
    this.#isRunning = false
  }

  /** A call that the database cannot take fails alone. */
  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#store.insertCalls({ calls: group.map(({ call }) => call) })
      for (const [index, { settle, fail }] of group.entries()) {
        const result = results[index]
        if (result === undefined) fail(new Error('The store answered for fewer calls than it was given.'))
        else settle(result)
      }
    } catch (error) {
      if (group.length === 1 || isEbraError(error, 'STORE_UNAVAILABLE')) {
        for (const { fail } of group) fail(error)
      } else {
        const half = Math.ceil(group.length / 2)
        await this.#commit(group.slice(0, half))
        await this.#commit(group.slice(half))
      }
    }
  }
}
