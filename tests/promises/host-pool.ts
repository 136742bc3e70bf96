import { randomUUID } from 'node:crypto'
import type { TestDatabase } from '@ebra/testkit/postgres'
import { Client, Pool } from 'pg'

/** Where a host, or whoever made its database for it, can change what sessions begin with. */
export const ways = [
  'a role',
  'a role within a database',
  'a database',
  'the configuration of a pool',
  'a pool that sets each new connection',
] as const

/** What sessions are to begin with. */
export interface SessionSetting {
  readonly name: 'synchronous_commit' | 'default_transaction_isolation'
  readonly value: string
}

/** A host's own pool, whose sessions begin with a setting. */
export interface HostPool extends AsyncDisposable {
  readonly pool: Pool
  /** A pool of the same role that asks for nothing by itself, with connections of its own. */
  readonly plainPool: Pool
  /** Runs a statement as a superuser would. */
  administer(statement: string): Promise<void>
}

/** Makes a role of its own, and a pool whose sessions begin so. */
export async function hostPool(database: TestDatabase, way: (typeof ways)[number], setting: SessionSetting): Promise<HostPool> {
  const role = `host_${randomUUID().replaceAll('-', '')}`
  const admin = new Client({ connectionString: database.connectionString })
  await admin.connect()
  await admin.query(`create role ${role} login password '${role}'`)
  await admin.query(`grant create on database ${database.name} to ${role}`)
  const set = `set ${setting.name} = '${setting.value}'`
  const owner = {
    'a role': `role ${role}`,
    'a role within a database': `role ${role} in database ${database.name}`,
    'a database': `database ${database.name}`,
  }[way as string]
  if (owner !== undefined) await admin.query(`alter ${owner} ${set}`)
  const url = new URL(database.connectionString)
  url.username = role
  url.password = role
  const options = `-c ${setting.name}=${setting.value.replaceAll(' ', String.raw`\ `)}`
  const plainPool = new Pool({ connectionString: url.href })
  const pool = new Pool({ connectionString: url.href, ...(way === 'the configuration of a pool' && { options }) })
  if (way === 'a pool that sets each new connection') pool.on('connect', (client) => void client.query(set))
  return {
    pool,
    plainPool,
    administer: async (statement) => void (await admin.query(statement)),
    [Symbol.asyncDispose]: async () => {
      await pool.end()
      await plainPool.end()
      await admin.query(`drop owned by ${role} cascade`)
      await admin.query(`drop role ${role}`)
      await admin.end()
    },
  }
}
