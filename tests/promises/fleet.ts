import type { Worker } from './worker.ts'

/** Several workers that come and go together. */
export interface Fleet extends AsyncDisposable {
  /** Resolves when the workers that are there have started. */
  readonly started: Promise<unknown>
  /** Stops one, and puts another into its place. Resolves when that has started. */
  replace(index: number, successor: () => Worker): Promise<void>
}

/** A fleet of workers that are under way. They are killed with the scope that disposes it. */
export function fleetOf(members: readonly Worker[]): Fleet {
  const workers = [...members]
  return {
    started: Promise.all(workers.map((worker) => worker.said('started'))),
    async replace(index, successor) {
      const { code } = (await workers[index]?.end('SIGTERM')) ?? {}
      if (code !== 0) throw new Error(`A worker that was stopped ended with code ${code}:\n${workers[index]?.complaints.join('')}`)
      await workers[index]?.[Symbol.asyncDispose]()
      const worker = successor()
      workers[index] = worker
      await worker.said('started')
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()))),
  }
}
