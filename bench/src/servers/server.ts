/** What runs beside the processes under test. */
export interface Server {
  /** What decides how fast and how durable it is, read from the server itself. */
  readonly settings: Readonly<Record<string, string>>
  createDatabase(): Promise<Database>
  stop(): Promise<void>
}

/** The database of one run. */
export interface Database {
  readonly address: string
  /** Before a run is filled: what was written earlier goes to disk, so that it is not written again within the run. */
  flush(): Promise<void>
  /** After it was filled: what is done in the background by and by, vacuum and statistics for the planner, is done now. */
  tidy(): Promise<void>
  /** Waits until nobody is connected. */
  usage(): Promise<ServerUsage>
  drop(): Promise<void>
}

/** The application_name of a session that stays through a run and is not waited for. */
export const bystander = 'bystander'

/** What a server has done so far. Null: it cannot tell. */
export interface ServerUsage {
  /** Committed and rolled back, in this database. */
  readonly transactions: number | null
  readonly walBytes: number | null
  readonly cpuMs: number | null
}

/** What it did between the two. */
export function usageBetween(before: ServerUsage, after: ServerUsage): ServerUsage {
  const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : a - b)
  return {
    transactions: minus(after.transactions, before.transactions),
    walBytes: minus(after.walBytes, before.walBytes),
    cpuMs: minus(after.cpuMs, before.cpuMs),
  }
}
