import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** A process of the reference server that is ready. */
export interface ServerProcess {
  /** Where it listens; empty for a worker, which does not. */
  readonly url: string
  /** Rejects when the process ends before it is told to. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

/** What a process is told. */
export interface ServerProcessOptions {
  readonly program: keyof typeof programs
  /** Among its like. */
  readonly name: string
  readonly environment: Readonly<Record<string, string>>
  /** Where it runs, and leaves its log. */
  readonly folder: string
}

/** Starts a process of the reference server, and waits until it dials or, an API, until it listens. */
export async function startServerProcess({ program, name, environment, folder }: ServerProcessOptions): Promise<ServerProcess> {
  const logFile = join(folder, `${name}.log`)
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(programs[program])], {
    // Not here: the server would read the .env of this folder.
    cwd: folder,
    env: { ...systemVariables(), ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const failed = exited.then(([code, signal]): never => {
    throw new Error(`The process ${name} ended with ${signal ?? `code ${code}`}. Its log is ${logFile}.`)
  })
  // Whoever waits hears of it; nobody need wait.
  failed.catch(() => undefined)
  const url = await Promise.race([whenReady(child.stdout, logFile, program === 'api' ? 'Listening.' : 'Dialing.'), failed])
  return { url, failed, stop: () => stop(child, exited) }
}

const programs = {
  main: import.meta.resolve('@ebra/example-reference-server/main'),
  api: import.meta.resolve('@ebra/example-reference-server/api'),
  worker: import.meta.resolve('@ebra/example-reference-server/worker'),
}

/** Nothing of the environment in which the demo happens to run may reach the servers, a DATABASE_URL least of all. */
function systemVariables(): Readonly<Record<string, string>> {
  const names = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
}

/** The server logs a line of JSON for everything that happens. Resolves to its address at the line with the message, and goes on to read. */
function whenReady(stdout: Readable, logFile: string, message: string): Promise<string> {
  const log = createWriteStream(logFile)
  let url = ''
  return new Promise((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      log.write(`${line}\n`)
      if (!line.startsWith('{')) return
      const entry = JSON.parse(line)
      if (entry.url !== undefined) url = entry.url
      if (entry.msg === message) resolve(url)
    })
  })
}

async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM')
  await exited
}
