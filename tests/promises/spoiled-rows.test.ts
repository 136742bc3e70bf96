import { describe, expect, it } from 'vitest'
import { until } from '../e2e/until.ts'
import { executeOn } from './operator-sql.ts'
import { keepResult } from './results.ts'
import { createScene } from './scene.ts'
import { patience } from './size.ts'
import { databaseKinds } from './worker-settings.ts'

/** What no reader of a row could make anything of, by database, table and column. */
const spoils = {
  SQLite: {
    ebra_calls: { variables: `'{'`, metadata: `'[]'`, provider_options: `'null'`, last_error: `'"busy"'` },
    ebra_attempts: { details: `''`, error: `'{"code":'`, aliases: `'{}'`, provider_state: `'7'` },
  },
  Postgres: {
    'ebra.calls': {
      variables: `'null'`,
      metadata: `'[]'`,
      provider_options: `'null'`,
      last_error: `'"busy"'`,
      next_attempt_at: `'infinity'`,
      scheduled_at: `'-infinity'`,
      expires_at: `'infinity'`,
    },
    'ebra.attempts': { details: `'"none"'`, error: `'[]'`, provider_state: `'7'` },
  },
} as const satisfies Record<string, Record<string, Record<string, string>>>

describe.each(databaseKinds)('an operator who writes into the tables of a fleet on %s', (database) => {
  it('cannot leave a row there that stops every worker which meets it', { timeout: patience(30_000) }, async () => {
    await using scene = await createScene({ database })
    const [callId] = await scene.enqueue(1)
    const [other] = await scene.office.enqueueMany([
      { to: '+12025550123', scriptId: 'welcome', scheduledAt: new Date('2030-01-01T00:00:00Z') },
    ])
    await using worker = scene.startWorker()
    await worker.said('started')
    await until(async () => (await scene.office.get(callId ?? ''))?.status === 'COMPLETED')
    let refusals = 0
    for (const [table, columns] of Object.entries(spoils[database])) {
      for (const [column, value] of Object.entries(columns)) {
        const spoiling = executeOn(scene.settings.database, `update ${table} set ${column} = ${value}`)
        await expect(spoiling, `${table}.${column}`).rejects.toThrow(/check constraint|malformed JSON/i)
        refusals += 1
      }
    }
    expect(await scene.office.get(other?.call.id ?? '')).toMatchObject({ status: 'PENDING' })
    keepResult({
      row: 17,
      promise: `An operator's SQL on ${database} would make a row unreadable`,
      n: refusals,
      result: `${refusals} of ${refusals} refused by the database`,
    })
  })
})
