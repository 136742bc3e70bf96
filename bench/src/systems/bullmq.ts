import type { Dial } from '../platform.ts'
import { cap, type System } from '../system.ts'

/** BullMQ on Redis, with its global concurrency as the cap of the fleet. */
export const bullmq: System = {
  name: 'bullmq',
  title: 'BullMQ on Redis',
  server: 'redis',
  library: 'bullmq',
  differs: [
    'answers before anything is on disk: Redis flushes once a second (BullMQ’s own advice); the provider id is stored with the end only, as the return value',
  ],
  connect: async (address, platform) => {
    const { Queue, Worker } = await import('bullmq')
    const { hostname: host, port } = new URL(address)
    const connection = { host, port: Number(port), maxRetriesPerRequest: null }
    const queue = new Queue('calls', { connection })
    return {
      install: async () => void (await queue.setGlobalConcurrency(cap)),
      enqueue: async (call) => void (await queue.add('call', call)),
      enqueueMany: async (calls) => void (await queue.addBulk(calls.map((data) => ({ name: 'call', data })))),
      work: async () => {
        const dials = new Map<string, Dial>()
        const place = async ({ id = '' }: { readonly id?: string | undefined }) => {
          const dial = platform.place()
          dials.set(id, dial)
          await new Promise<void>((resolve) => dial.recorded(resolve))
          return { providerCallId: dial.providerCallId, outcome: 'completed' }
        }
        const worker = new Worker('calls', place, { connection, concurrency: cap })
        worker.on('error', (error) => process.stderr.write(`${error.stack}\n`))
        worker.on('completed', ({ id = '' }) => {
          dials.get(id)?.settled()
          dials.delete(id)
        })
        return { stop: () => worker.close() }
      },
      progress: async () => {
        const { completed = 0, ...others } = await queue.getJobCounts()
        return { completed, unfinished: Object.values(others).reduce((sum, count) => sum + count, 0) }
      },
      close: () => queue.close(),
    }
  },
}
