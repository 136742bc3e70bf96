import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { System } from '../system.ts'
import type { ProcessContext, ProcessMessage, TaskRequest } from './task.ts'

/** A process under test, as the scenario sees it. */
export interface TestProcess {
  readonly pid: number
  /** Calls that it has settled, as far as it has told: it does so every few milliseconds. */
  readonly settled: number
  /** Runs a task there. The task must be one of the common ones, or listed by its scenario. */
  perform<TArgs, TResult>(task: (context: ProcessContext, args: TArgs) => Promise<TResult>, args: TArgs): Promise<TResult>
  /** Closes its connection, and resolves when it is gone. */
  end(): Promise<void>
}

/** Starts a process with a connection to the system's database; `nodeOptions` are given to Node beside those of this process. */
export async function startTestProcess(system: System, address: string, nodeOptions: readonly string[] = []): Promise<TestProcess> {
  // The stores' own warnings and the like belong on the screen, a system's chatter does not.
  const child = fork(program, [system.name, address], {
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'ebra-compiled') },
    execArgv: [...process.execArgv, ...nodeOptions],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const forked = new ForkedProcess(child)
  await forked.ready
  return forked
}

const program = fileURLToPath(new URL('bin-process.ts', import.meta.url))

class ForkedProcess implements TestProcess {
  readonly ready: Promise<void>
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  readonly #requests = new Map<number, PromiseWithResolvers<unknown>>()
  #nextId = 0
  #settled = 0

  constructor(child: ChildProcess) {
    const ready = Promise.withResolvers<void>()
    this.ready = ready.promise
    this.#child = child
    this.#exited = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
      const error = new Error(`A process under test ended (${signal ?? code}).`)
      ready.reject(error)
      for (const request of this.#requests.values()) request.reject(error)
    })
    child.on('message', (message: ProcessMessage) => {
      if (message.kind === 'ready') ready.resolve()
      else this.#hear(message)
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get settled(): number {
    return this.#settled
  }

  perform<TArgs, TResult>(task: (context: ProcessContext, args: TArgs) => Promise<TResult>, args: TArgs): Promise<TResult> {
    const request: TaskRequest = { id: this.#nextId++, task: task.name, args }
    const result = Promise.withResolvers<unknown>()
    this.#requests.set(request.id, result)
    this.#child.send(request)
    // The task's own type says what it answers.
    return result.promise as Promise<TResult>
  }

  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    const force = setTimeout(() => this.#child.kill('SIGKILL'), 20_000)
    await this.#exited
    clearTimeout(force)
  }

  #hear(message: Exclude<ProcessMessage, { kind: 'ready' }>): void {
    if (message.kind === 'settled') {
      this.#settled = message.count
      return
    }
    const request = this.#requests.get(message.id)
    this.#requests.delete(message.id)
    if (message.kind === 'done') request?.resolve(message.result)
    else request?.reject(new Error(message.message))
  }
}
