import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SqliteStore } from '@ebra/store-sqlite'
import Database from 'better-sqlite3'
import { cap } from '../system.ts'
import { operationsOn } from './operations.ts'
import { silent } from './silent.ts'

/** The page of how SQLite goes about each operation. It plans by the schema alone, so that the tables may as well be empty. */
export async function sqlitePage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ebra-plans-'))
  try {
    return [introduction, ...(await sectionsOn(join(folder, 'plans.db')))].join('\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const introduction = `# Plans on SQLite

How each operation of the store is executed, as \`EXPLAIN QUERY PLAN\` tells. SQLite plans by the schema, whatever the tables hold, and nobody runs \`ANALYZE\`. A statement is shown with the first operation that needs it, unless it
only inserts. \`npm run bench:plans\` writes this page anew; which index serves what is said in [indexes.md](indexes.md).

To scan an index of live attempts is to read what the cap allows at most; of a list, to read along the index until the page is full.
`

async function sectionsOn(file: string): Promise<readonly string[]> {
  const prepared = recordPrepared()
  const store = new SqliteStore({ file })
  await store.open({ logger: silent, clock: null })
  await store.writeControl({ configured: cap })
  const database = new Database(file)
  const sections: string[] = []
  for (const { title, prepare, run } of operationsOn(store)) {
    await prepare?.()
    const known = new Set(prepared)
    await run()
    const plans = [...prepared].filter((sql) => !known.has(sql)).map((sql) => planOf(database, sql))
    const told = plans.filter((plan) => plan !== '')
    if (told.length > 0) sections.push(`## ${title}\n\n\`\`\`text\n${told.join('\n\n')}\n\`\`\`\n`)
  }
  database.close()
  await store.close()
  return sections
}

/** Every statement that is prepared from now on, by whichever connection. */
function recordPrepared(): ReadonlySet<string> {
  const sources = new Set<string>()
  Database.prototype.prepare = new Proxy(Database.prototype.prepare, {
    apply(prepare, database, [source]: [string]) {
      sources.add(source)
      return Reflect.apply(prepare, database, [source])
    },
  })
  return sources
}

/** The statement on one line, and its steps below. Empty: it looks for nothing. */
function planOf(database: Database.Database, sql: string): string {
  if (!/^\s*(?:select|with|update|delete|insert)/i.test(sql)) return ''
  const nulls = (sql.match(/\?/g) ?? []).map(() => null)
  const steps = database.prepare<unknown[], { readonly detail: string }>(`explain query plan ${sql}`).all(nulls)
  return steps.length === 0 ? '' : [sql.replaceAll(/\s+/g, ' ').trim(), ...steps.map(({ detail }) => `  ${detail}`)].join('\n')
}
