import { Client } from './client.ts'
import { type Program, type ProgramOptions, runProgram } from './program.ts'

/** A process of the reference server that is ready. */
export interface ReferenceServer extends Program {
  /** Empty for a worker. */
  readonly url: string
  readonly client: Client
}

/** Runs a process of the reference server from its source, on any free port unless the environment names one. */
export function runServer(program: 'main' | 'api' | 'worker', options: ProgramOptions): Program {
  return runProgram(`examples/reference-server/src/${program}.ts`, {
    ...options,
    environment: { PORT: '0', ...options.environment },
  })
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
