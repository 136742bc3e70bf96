import { parseArgs } from 'node:util'

/** What the demo was asked for. */
export interface DemoOptions {
  readonly fleet: 'sqlite' | 'postgres'
  /** A list of one's own; null: one is made up. */
  readonly file: string | null
  /** Rows of the list that is made up. */
  readonly rows: number
}

/** How the demo is told what to do. */
export const usage = `npm run demo -- [options]

  --postgres     a Postgres, an API and three workers, each a process of its own; without it, one process on SQLite
  --file <csv>   a list of your own, with a header like to,scriptId,…; further columns become metadata
  --rows <n>     rows of the list that is made up otherwise (2000)`

/** Reads the command line; null where help was asked for. Throws for what it does not know. */
export function readOptions(args: readonly string[]): DemoOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      postgres: { type: 'boolean', default: false },
      file: { type: 'string' },
      rows: { type: 'string', default: '2000' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  const rows = Number(values.rows)
  if (!/^\d+$/.test(values.rows) || rows < 1 || rows > 2_500)
    throw new Error(`--rows must be a number from 1 to 2500, it is "${values.rows}".`)
  return { fleet: values.postgres ? 'postgres' : 'sqlite', file: values.file ?? null, rows }
}
