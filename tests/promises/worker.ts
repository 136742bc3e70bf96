import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { leaksIn } from '../../scripts/check/leaks.ts'
import type { WorkerMessage, WorkerSettings } from './worker-settings.ts'

/** How a worker ended. */
interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A worker in a process of its own. */
export interface Worker extends AsyncDisposable {
  readonly child: ChildProcess
  readonly exited: Promise<Exit>
  /** What it has written to standard error so far. */
  readonly complaints: readonly string[]
  /** Resolves with its first message of the kind, said already or still to come. Rejects where it ends without. */
  said<TKind extends WorkerMessage['kind']>(kind: TKind): Promise<Extract<WorkerMessage, { kind: TKind }>>
  /** Sends a signal, and resolves when the process is gone. */
  end(signal: NodeJS.Signals): Promise<Exit>
  /** Stops it where it is, without its knowing. */
  freeze(): void
  /** Lets it go on. */
  thaw(): void
}

/** Starts a worker. It is killed with the scope that disposes it, and must not have written what no log may show. */
export function startWorker(settings: WorkerSettings): Worker {
  return startProgram('bin-worker.ts', settings)
}

/** Starts another program of this folder, which takes its settings as a worker does and speaks as one. */
export function startProgram(file: string, settings: object): Worker {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(settings)], {
    execArgv: ['--conditions=@ebra/source'],
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(tmpdir(), 'ebra-compiled') },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const exited = once(child, 'exit').then(([code, signal]): Exit => ({ code, signal }))
  const messages: WorkerMessage[] = []
  const complaints: string[] = []
  child.on('message', (message: WorkerMessage) => messages.push(message))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => complaints.push(text))
  const leaks: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', (line) => leaks.push(...leaksIn(line)))
  }
  const end = (signal: NodeJS.Signals) => {
    child.kill('SIGCONT')
    child.kill(signal)
    return exited
  }
  return {
    child,
    exited,
    complaints,
    said: (kind) => Promise.race([firstOf(child, messages, kind), endedWithout(exited, complaints, kind)]),
    end,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL')
      if (leaks.length > 0) throw new Error(`The worker wrote what no log may show: ${[...new Set(leaks)].slice(0, 10).join(', ')}`)
    },
  }
}

async function firstOf<TKind extends WorkerMessage['kind']>(
  child: ChildProcess,
  messages: readonly WorkerMessage[],
  kind: TKind,
): Promise<Extract<WorkerMessage, { kind: TKind }>> {
  const isOne = (message: WorkerMessage): message is Extract<WorkerMessage, { kind: TKind }> => message.kind === kind
  for (;;) {
    const found = messages.find(isOne)
    if (found !== undefined) return found
    await once(child, 'message')
  }
}

async function endedWithout(exited: Promise<Exit>, complaints: readonly string[], kind: string): Promise<never> {
  const { code, signal } = await exited
  throw new Error(`The worker ended (${signal ?? code}) before it was "${kind}":\n${complaints.join('')}`)
}
