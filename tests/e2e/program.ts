import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** How a program ended. */
interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process of its own, everything that it has written so far, and its end. */
export interface Program extends AsyncDisposable {
  readonly child: ChildProcess
  /** Lines of standard output and standard error, as they came. */
  readonly lines: readonly string[]
  readonly exited: Promise<Exit>
  /** Resolves with the first line, written already or still to come, that matches. Rejects where the program ends without. */
  line(pattern: RegExp): Promise<string>
  /** Sends a signal, and resolves when the process is gone. */
  end(signal: NodeJS.Signals): Promise<Exit>
}

/** What a program is told. */
export interface ProgramOptions {
  readonly cwd: string
  /** Nothing of the environment of the tests reaches it beside PATH. */
  readonly environment?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}

/** Runs a file of the repository: `examples/demo/src/main.ts` as it stands, `….js` as it was built. Killed with the scope that disposes it. */
export function runProgram(file: string, { cwd, environment = {}, args = [] }: ProgramOptions): Program {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url))
  const conditions = file.endsWith('.ts') ? ['--conditions=@ebra/source'] : []
  const child = spawn(process.execPath, [...conditions, path, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const watchers = new Set<(line: string) => void>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      for (const watcher of watchers) watcher(line)
    })
  }
  const exited = once(child, 'close').then(([code, signal]): Exit => ({ code, signal }))
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  const line = (pattern: RegExp) => {
    const written = lines.find((each) => pattern.test(each))
    if (written !== undefined) return Promise.resolve(written)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    watchers.add((each) => pattern.test(each) && resolve(each))
    exited.then(({ code, signal }) => reject(new Error(`${file} ended (${signal ?? code}) before ${pattern}:\n${lines.join('\n')}`)))
    return promise
  }
  const stop = async () => void (await end('SIGKILL'))
  return { child, lines, exited, line, end, [Symbol.asyncDispose]: stop }
}
