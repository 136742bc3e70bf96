import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Server } from './server.ts'

/** For databases that are files: each run has one in a folder of its own, and nothing runs beside the processes. */
export async function openFiles(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'ebra-bench-'))
  let runs = 0
  return {
    settings: { synchronous: 'FULL', journal_mode: 'WAL' },
    createDatabase: async () => {
      const address = join(folder, `run-${++runs}.db`)
      return {
        address,
        flush: async () => undefined,
        tidy: async () => undefined,
        usage: async () => ({ transactions: null, walBytes: null, cpuMs: null }),
        drop: async () => {
          for (const suffix of ['', '-wal', '-shm']) await rm(address + suffix, { force: true })
        },
      }
    },
    stop: () => rm(folder, { recursive: true, force: true }),
  }
}
