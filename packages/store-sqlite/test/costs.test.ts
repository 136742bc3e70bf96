import { aCall } from '@ebra/testkit'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { commitTurn } from '../src/commit-turn.ts'
import { Connection } from '../src/connection.ts'
import { writeControl } from '../src/control.ts'
import { insertCalls } from '../src/insert-calls.ts'
import { lookUp } from '../src/look-up.ts'
import { migrate } from '../src/migrate.ts'
import { completed } from './completed.ts'
import { claimingTurn } from './open-store.ts'

it('a lifecycle costs few statements, and each turn one commit, however many calls there are', () => {
  const { connection, countIn } = setup()
  insertCalls(connection, { calls: Array.from({ length: 500 }, () => aCall()) })
  writeControl(connection, { configured: 15 })
  const first = countIn(() => lifecycle(connection, 15))
  for (let round = 0; round < 20; round += 1) lifecycle(connection, 15)
  const last = countIn(() => lifecycle(connection, 15))
  expect(last.statements).toBeLessThanOrEqual(first.statements)
  expect(last.writes).toBe(2)
  expect(last.statements / 15).toBeLessThan(20)
})

/** A migrated database in memory that counts what it runs. */
function setup() {
  const run: string[] = []
  const database = new BetterSqlite3(':memory:', { verbose: (source) => void run.push(String(source)) })
  const connection = new Connection(database, ':memory:', null)
  migrate(connection)
  const countIn = (work: () => void) => {
    run.length = 0
    work()
    return { statements: run.length, writes: run.filter((source) => /^begin immediate/i.test(source)).length }
  }
  return { connection, countIn }
}

/** Takes so many calls from their claim to their end, with the look-ups of a webhook each. */
function lifecycle(connection: Connection, count: number): void {
  const { claimed } = commitTurn(connection, claimingTurn())
  expect(claimed).toHaveLength(count)
  const events = claimed.map(({ attempt }) => ({ provider: 'sim', eventId: `end of ${attempt.attemptId}` }))
  const attemptIds = claimed.map(({ attempt }) => attempt.attemptId)
  const { found, seen } = lookUp(connection, { attemptIds, events })
  expect(seen).toEqual([])
  commitTurn(connection, { ...claimingTurn(), writes: found.map(completed), claim: null })
}
