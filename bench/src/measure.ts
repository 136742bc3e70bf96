import { install } from './processes/tasks.ts'
import { startTestProcess, type TestProcess } from './processes/test-process.ts'
import { type CaseResult, type Sample, summarise } from './report/result.ts'
import type { Case, Run, Scenario, Size } from './scenario.ts'
import type { Database } from './servers/server.ts'
import type { Servers } from './servers/servers.ts'
import type { System } from './system.ts'

/** What to measure, and with what. */
export interface Plan {
  readonly scenario: Scenario
  readonly systems: readonly System[]
  readonly size: Size
  readonly rounds: number
  readonly servers: Servers
  /** Hears of every run as it ends. */
  say(line: string): void
  readonly signal: AbortSignal
}

/** Runs everything, system after system within each case of each round, so that what the machine does meanwhile falls on all of them. */
export async function measure({ scenario, systems, size, rounds, servers, say, signal }: Plan): Promise<readonly CaseResult[]> {
  const samples: Sample[] = []
  const cases = scenario.cases(size)
  for (let round = 1; round <= rounds; round++) {
    for (const each of cases) {
      for (const system of systems) {
        signal.throwIfAborted()
        const sample = await takeSample(each, system, servers)
        samples.push(sample)
        say(`round ${round} · ${each.name} · ${system.name}: ${wordsOf(sample, scenario)}`)
      }
    }
  }
  return cases.map(({ name }) => summarise(name, systems, samples))
}

async function takeSample(each: Case, system: System, servers: Servers): Promise<Sample> {
  const names = { case: each.name, system: system.name }
  const server = servers.for(system)
  if (server === null) return { ...names, kind: 'not-installed' }
  const database = await server.createDatabase()
  const run = new SystemRun(system, database)
  try {
    return { ...names, kind: 'measured', figures: await each.measure(run) }
  } catch (error) {
    return { ...names, kind: 'failed', message: error instanceof Error ? error.message : String(error) }
  } finally {
    await run.end()
    await database.drop()
  }
}

class SystemRun implements Run {
  readonly system: System
  readonly database: Database
  readonly #processes: TestProcess[] = []

  constructor(system: System, database: Database) {
    this.system = system
    this.database = database
  }

  async startProcess(nodeOptions: readonly string[] = []): Promise<TestProcess> {
    const process = await startTestProcess(this.system, this.database.address, nodeOptions)
    this.#processes.push(process)
    return process
  }

  async fill(fill: (process: TestProcess) => Promise<unknown>): Promise<void> {
    const process = await this.startProcess()
    await process.perform(install, undefined)
    await this.database.flush()
    await fill(process)
    await process.end()
    await this.database.tidy()
  }

  usage() {
    return this.database.usage()
  }

  async end(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.end()))
  }
}

function wordsOf(sample: Sample, { figures: [first] }: Scenario): string {
  if (sample.kind === 'failed') return `failed: ${sample.message}`
  if (sample.kind === 'not-installed' || first === undefined) return 'not installed'
  const value = sample.figures[first.name]
  return `${value?.toFixed(first.digits ?? 0) ?? '–'} ${first.title}`
}
