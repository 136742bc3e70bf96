import type { ChildProcessByStdio } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { judgedFrom } from './evidence/judged.ts'
import type { Ledger, LedgerSummary } from './ledger.ts'
import type { LedgerHome } from './ledger-home.ts'
import { ledgerHome } from './ledger-home.ts'
import { assertLedgerConduct, assertLedgerOptions } from './option-checks.ts'
import type { LedgerOptions } from './options.ts'

/** A ledger in a process of its own: no crash of its caller touches it, and it can be crashed itself. */
export interface SpawnedLedger extends Ledger {
  readonly pid: number
  /** Sends `SIGKILL`; resolves when the process is gone. The file stays, and another ledger can go on with it. */
  kill(): Promise<void>
}

/**
 * Starts a ring ledger as a child process. It ends when this process does.
 *
 * @throws LedgerOptionsError, or where the port is taken or the file is not a ledger's.
 */
export async function spawnLedger(options: LedgerOptions = {}): Promise<SpawnedLedger> {
  assertLedgerOptions(options)
  const home = await ledgerHome(options.file)
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit').then(() => undefined)
  child.stdin.write(`${JSON.stringify({ ...options, file: home.file })}\n`)
  try {
    return spawnedLedgerOf(child, await addressFrom(child), home, exited)
  } catch (error) {
    await home.leave()
    throw error
  }
}

/** Stands beside this module, built or not. */
const program = fileURLToPath(new URL(`./bin-ledger${extname(import.meta.url)}`, import.meta.url))

type LedgerProcess = ChildProcessByStdio<Writable, Readable, null>

async function addressFrom({ stdout }: LedgerProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const { url, failure } = JSON.parse(line)
    if (url !== undefined) return url
    throw new Error(`The ledger could not start: ${failure}`)
  }
  throw new Error('The ledger could not start: its process ended without a word.')
}

function spawnedLedgerOf(child: LedgerProcess, url: string, home: LedgerHome, exited: Promise<void>): SpawnedLedger {
  const close = async () => {
    child.stdin.end()
    await exited
    await home.leave()
  }
  return {
    pid: child.pid ?? 0,
    url,
    file: home.file,
    ...judgedFrom(home.file),
    summary: () => control<LedgerSummary>(`${url}/_ledger`),
    switchTo: async (change) => {
      assertLedgerConduct(change)
      await control(`${url}/_ledger/mode`, { method: 'POST', body: JSON.stringify(change) })
    },
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
    close,
    closed: exited,
    [Symbol.asyncDispose]: close,
  }
}

async function control<TAnswer>(address: string, request?: RequestInit): Promise<TAnswer> {
  const response = await fetch(address, request)
  if (!response.ok) throw new Error(`The ledger answered ${response.status} to ${address}: ${await response.text()}`)
  return (await response.json()) as TAnswer
}
