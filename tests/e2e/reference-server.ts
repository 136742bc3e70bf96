import { leaksIn } from '../../scripts/check/leaks.ts'
import { Client } from './client.ts'
import { type Program, type ProgramOptions, runProgram } from './program.ts'

/** A process of the reference server that is ready. */
export interface ReferenceServer extends Program {
  /** Empty for a worker. */
  readonly url: string
  readonly client: Client
}

/** Runs a process of the reference server from its source, on any free port unless the environment names one. It says all that it ever says, and must not have betrayed anything by the end. */
export function runServer(name: 'main' | 'api' | 'worker', options: ProgramOptions): Program {
  const environment = { PORT: '0', LOG_LEVEL: 'debug', ...options.environment }
  const program = runProgram(`examples/reference-server/src/${name}.ts`, { ...options, environment })
  return {
    ...program,
    [Symbol.asyncDispose]: async () => {
      await program[Symbol.asyncDispose]()
      const leaks = leaksIn(program.lines.join('\n'), secretsOf(environment))
      if (leaks.length > 0) throw new Error(`The server wrote what no log may show: ${leaks.join(', ')}\n${program.lines.join('\n')}`)
    },
  }
}

/** Keys, secrets and passwords, unless they are words that occur elsewhere. */
function secretsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  const named = Object.entries(environment).flatMap(([name, value]) => (/_KEY$|SECRET|PASS/.test(name) ? value.split(',') : []))
  const ofDatabase = URL.parse(environment['DATABASE_URL'] ?? '')?.password ?? ''
  return [...named, ofDatabase].filter((secret) => secret.length >= 12)
}

/** Starts a process of the reference server and waits until it is ready: an API listens and has its database, the others dial. */
export async function startServer(program: 'main' | 'api' | 'worker', options: ProgramOptions): Promise<ReferenceServer> {
  return whenReady(runServer(program, options), /"msg":"(Dialing|The database answers)\."/, options.environment?.['API_KEY'])
}

/** Waits for the line that matches. */
export async function whenReady(program: Program, ready: RegExp, apiKey?: string): Promise<ReferenceServer> {
  await program.line(ready)
  const listening = program.lines.find((line) => line.includes('"msg":"Listening."'))
  const url = listening === undefined ? '' : JSON.parse(listening).url
  return { ...program, url, client: new Client(url, apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) }
}
