import type { AnyTask } from './processes/task.ts'
import type { TestProcess } from './processes/test-process.ts'
import type { Database, ServerUsage } from './servers/server.ts'
import type { System } from './system.ts'

/** `quick` is as small as can be: does everything still run? */
export type Size = 'full' | 'quick'

/** One thing that is measured. One file each under `scenarios/`, listed in `all-scenarios.ts`. */
export interface Scenario {
  /** For the command line and the name of its results: kebab-case. */
  readonly name: string
  readonly title: string
  /** What is done and what the figures mean, for whoever reads the table. */
  readonly about: string
  /** The columns of the table. The first is charted, and compared with the references'. One that nobody has in a case is left out there. */
  readonly figures: readonly Figure[]
  /** Names of the systems that the first figure is divided by, a column each. */
  readonly references: readonly string[]
  /** Whether its first case is what the others are compared with. Defaults to no. */
  readonly comparesCases?: boolean
  /** Which systems can take part. Defaults to all. */
  takes?(system: System): boolean
  cases(size: Size): readonly Case[]
  /** What its cases let processes do, beside the tasks that there are. */
  readonly tasks?: readonly AnyTask[]
}

/** One column. */
export interface Figure {
  readonly name: string
  readonly title: string
  /** Behind the decimal point. Defaults to 0. */
  readonly digits?: number
}

/** One setting of a scenario, measured once a round with each system. */
export interface Case {
  readonly name: string
  /** Throws a CheckFailed where the system did not do what was asked: such a run has no figures. */
  measure(run: Run): Promise<Figures>
}

/** By the names of figures. What a system cannot tell is null. */
export type Figures = Readonly<Record<string, number | null>>

/** One run of one system: a fresh database, and processes that end with it. */
export interface Run {
  readonly system: System
  readonly database: Database
  /** Starts a process with a connection to the database. `nodeOptions` are given to its Node. */
  startProcess(nodeOptions?: readonly string[]): Promise<TestProcess>
  /** Makes the tables, lets a process fill them, and leaves the server calm: vacuumed and analysed, nobody connected. */
  fill(fill: (process: TestProcess) => Promise<unknown>): Promise<void>
  /** What the server has done so far for this database. Waits until nobody is connected, since servers count late. */
  usage(): Promise<ServerUsage>
}

/** The system did not do what was asked of it, so there is nothing to measure. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed'
}

/** Throws a CheckFailed unless it holds. */
export function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new CheckFailed(otherwise)
}
