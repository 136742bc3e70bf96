import { setTimeout as pause } from 'node:timers/promises'
import { PostgresStore } from '@ebra/store-postgres'
import { createDatabase } from '@ebra/testkit/postgres'
import { Client, Pool, type PoolClient } from 'pg'
import { type Arena, runToEnd } from './held-open-arena.ts'
import { handsOn, operations, preparationTime, raceTime } from './held-open-operations.ts'

/**
 * A Postgres whose functions stop where they are told to. A step is each statement that a client sends, COMMIT included; each statement within a function; each row that is written, once
 * it is locked; and each such row again when the transaction commits.
 */
export async function postgresArena(): Promise<Arena> {
  const database = await createDatabase()
  const control = new Client({ connectionString: database.connectionString })
  await control.connect()
  await control.query('set session_replication_role = replica; set synchronous_commit = off')
  const pools = Array.from({ length: 3 }, () => new HoldingPool(database.connectionString))
  const [heldPool, otherPool, officePool] = pools as [HoldingPool, HoldingPool, HoldingPool]
  const office = await handsOn(new PostgresStore({ pool: officePool }), preparationTime)
  await office.store.writeControl({ configured: 10 })
  await layStops(control)
  const held = await handsOn(new PostgresStore({ pool: heldPool }), raceTime)
  const other = await handsOn(new PostgresStore({ pool: otherPool }), raceTime)
  const heldPid = await heldPool.pid()
  const otherPid = await otherPool.pid()
  const waits = async (pid: number) => (await control.query('select from pg_locks where pid = $1 and not granted', [pid])).rowCount !== 0
  return {
    office,
    successor: other,
    clear: async () => void (await control.query(emptied.map((table) => `delete from ebra.${table}`).join(';'))),
    runInTurn: async (first, second) => [...(await operations[first](held)), ...(await operations[second](other))],
    async runAcross(one, another, step) {
      await control.query('select pg_advisory_lock($1)', [stopKey])
      await heldPool.stopBefore(step)
      const first = runToEnd(operations[one](held).finally(() => heldPool.untilIdle()))
      while (!first.isOver() && !(await waits(heldPid)));
      const wasHeld = !first.isOver()
      const second = runToEnd(operations[another](other).finally(() => otherPool.untilIdle()))
      while (!second.isOver() && !(await waits(otherPid)));
      await control.query('select pg_advisory_unlock($1)', [stopKey])
      const words = await Promise.all([first.words, second.words])
      await heldPool.stopBefore(null)
      return { wasHeld, words: words.flat() }
    },
    async [Symbol.asyncDispose]() {
      for (const { orchestrator } of [held, other, office]) await orchestrator.stop()
      for (const pool of pools) await pool.end()
      await control.end()
      await database.drop()
    },
  }
}

/** A pool of one connection, which can be told to stop before a step. */
class HoldingPool {
  readonly options: object
  readonly #pool: Pool
  #isArmed = false
  #borrowed = 0
  #borrowedEver = 0

  constructor(connectionString: string) {
    this.#pool = new Pool({ connectionString, max: 1 })
    this.options = this.#pool.options
  }

  connect(callback: (error: Error | undefined, client: HeldClient | undefined) => void): void {
    this.#borrowed += 1
    this.#borrowedEver += 1
    this.#pool.connect((error, client) => callback(error, client && this.#stopping(client)))
  }

  on(event: 'error', listener: (error: Error) => void): void {
    this.#pool.on(event, listener)
  }

  off(event: 'error', listener: (error: Error) => void): void {
    this.#pool.off(event, listener)
  }

  end(): Promise<void> {
    return this.#pool.end()
  }

  async pid(): Promise<number> {
    const { rows } = await this.#pool.query<{ pid: number }>('select pg_backend_pid() as pid')
    return rows[0]?.pid ?? 0
  }

  /** Counts from here; null: never. */
  async stopBefore(step: number | null): Promise<void> {
    await this.#pool.query(`select set_config('held.step', '0', false), set_config('held.stop', $1, false)`, [String(step ?? '')])
    this.#isArmed = step !== null
  }

  /** What an answer leaves to be done is a part of the operation: the pump looks for parked events when it has answered. */
  async untilIdle(): Promise<void> {
    let seen: number
    do {
      seen = this.#borrowedEver
      await pause(5)
    } while (this.#borrowed > 0 || this.#borrowedEver > seen)
  }

  #stopping(client: PoolClient): HeldClient {
    return {
      query: async (text, values) => {
        if (this.#isArmed) await client.query('select held.here()')
        return client.query(text, values)
      },
      release: (error) => {
        this.#borrowed -= 1
        client.release(error)
      },
      on: (event, listener) => client.on(event, listener),
      off: (event, listener) => client.off(event, listener),
    }
  }
}

interface HeldClient {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
  release(error?: Error): void
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
}

/** What races write. */
const emptied = ['calls', 'attempts', 'provider_ids', 'parked_events', 'seen_events', 'moves']

/** Whoever stops waits for this lock. */
const stopKey = 4711

/** Puts stops into the schema: between the statements of its functions, and before each row that is written. */
async function layStops(client: Client): Promise<void> {
  await client.query(stops)
  for (const table of [...emptied, 'control', 'gates']) {
    await client.query(`
      create trigger stop_at_row before insert or update or delete on ebra.${table} for each row execute function held.at_row();
      create constraint trigger stop_at_commit after insert or update or delete on ebra.${table} deferrable initially deferred
        for each row execute function held.at_row();
    `)
  }
  const { rows } = await client.query<{ definition: string }>(`
    select pg_get_functiondef(p.oid) as definition
    from pg_proc p
    join pg_language l on l.oid = p.prolang
    where p.pronamespace = 'ebra'::regnamespace and l.lanname = 'plpgsql'
  `)
  for (const { definition } of rows) await client.query(withStops(definition))
}

const stops = `
  create schema held;
  create function held.here() returns boolean language plpgsql as $$
  declare
    step constant integer := coalesce(nullif(current_setting('held.step', true), ''), '0')::integer + 1;
    stop constant integer := nullif(current_setting('held.stop', true), '')::integer;
  begin
    if stop is null then
      return true;
    end if;
    perform set_config('held.step', step::text, false);
    if step = stop then
      perform pg_advisory_xact_lock_shared(${stopKey});
    end if;
    return true;
  end
  $$;
  create function held.at_row() returns trigger language plpgsql as $$
  begin
    assert held.here();
    return coalesce(new, old);
  end
  $$;
`

/** A function with a stop before each of its statements, which begin on lines of their own. An assertion leaves FOUND as it is. */
function withStops(definition: string): string {
  const [head = '', body = ''] = definition.split(/^begin$/m)
  return `${head}begin\n${body.replaceAll(endOfStep, '$& assert held.here();')}`
}

const endOfStep = /^\s*(?!\s*--).*;$|^\s*(els)?if\b.*\bthen$|^\s*else$|\bloop$/gm
