import { setTimeout as pause } from 'node:timers/promises'
import type { PgBoss } from 'pg-boss'
import type { Dial, Platform } from '../platform.ts'
import { partOf, type System, type Worker } from '../system.ts'
import { connectPgBoss, pgBossDiffers, queue } from './pg-boss.ts'

/** pg-boss by `fetch` and `complete`: each call ends when it ends, and gives its slot back then. */
export const pgBossFetch: System = {
  name: 'pg-boss-fetch',
  title: 'pg-boss, fetch and complete',
  server: 'postgres',
  library: 'pg-boss',
  differs: pgBossDiffers,
  connect: async (address, platform) => {
    const { boss, client } = await connectPgBoss(address)
    return { ...client, work: async (share) => new FetchLoops(boss, platform, partOf(share)).start() }
  },
}

/** Two loops at once: one fetches into free slots, one completes whatever has ended, each as many as there are. */
class FetchLoops {
  readonly #boss: PgBoss
  readonly #platform: Platform
  readonly #slots: number
  #live = 0
  readonly #ended: { readonly id: string; readonly dial: Dial }[] = []
  #isStopping = false
  #isFetching = true
  #wake = Promise.withResolvers<void>()

  constructor(boss: PgBoss, platform: Platform, slots: number) {
    this.#boss = boss
    this.#platform = platform
    this.#slots = slots
  }

  start(): Worker {
    const running = Promise.all([this.#fetch(), this.#complete()])
    return {
      stop: async () => {
        this.#isStopping = true
        this.#wakeUp()
        await running
      },
    }
  }

  async #fetch(): Promise<void> {
    while (!this.#isStopping) {
      const free = this.#slots - this.#live
      if (free === 0) await this.#wake.promise
      else if ((await this.#fetchInto(free)) === 0) await pause(5)
    }
    this.#isFetching = false
    this.#wakeUp()
  }

  async #fetchInto(free: number): Promise<number> {
    const jobs = await this.#boss.fetch(queue, { batchSize: free })
    this.#live += jobs.length
    for (const { id } of jobs) {
      const dial = this.#platform.place()
      dial.recorded(() => {
        this.#ended.push({ id, dial })
        this.#wakeUp()
      })
    }
    return jobs.length
  }

  async #complete(): Promise<void> {
    while (this.#isFetching || this.#live > 0) {
      const ended = this.#ended.splice(0)
      if (ended.length === 0) {
        await this.#wake.promise
        continue
      }
      await this.#boss.complete(
        queue,
        ended.map(({ id }) => id),
        { outcome: 'completed' },
      )
      this.#live -= ended.length
      for (const { dial } of ended) dial.settled()
      this.#wakeUp()
    }
  }

  #wakeUp(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }
}
