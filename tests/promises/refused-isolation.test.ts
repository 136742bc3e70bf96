import { CallOrchestrator } from '@ebra/core'
import { PostgresStore } from '@ebra/store-postgres'
import { createDatabase } from '@ebra/testkit/postgres'
import type { Pool } from 'pg'
import { expect, it } from 'vitest'
import { mute } from './answers.ts'
import { hostPool, ways } from './host-pool.ts'
import { keepResult } from './results.ts'
import { patience } from './size.ts'

const levels = ['repeatable read', 'serializable']

it.each(ways)(
  'start() refuses transactions that %s begins in another isolation, and says the line that mends it',
  {
    timeout: patience(60_000),
  },
  async (way) => {
    let refused = 0
    for (const level of levels) {
      await using database = await createDatabase()
      await using host = await hostPool(database, way, { name: 'default_transaction_isolation', value: level })
      const refusal = await startOn(host.pool).catch((error: unknown) => error)
      expect(refusal).toMatchObject({
        code: 'CONFIGURATION_INVALID',
        message: expect.stringContaining(`The connections of this pool begin transactions in ${level.toUpperCase()}, where the cap cannot`),
      })
      const { line, culprit } = /(?: Run: (?<line>alter .*;)| Take "(?<culprit>.*)" )/.exec(String(refusal))?.groups ?? {}
      if (line !== undefined) await host.administer(line)
      else expect(culprit).toMatch(/default_transaction_isolation/)
      await startOn(host.plainPool)
      refused += 1
    }
    keepResult({
      row: 22,
      promise: `Transactions begin in another isolation by ${way}`,
      n: refused,
      result: `start() refused ${refused} of ${levels.length} with the line to change, and worked once it was`,
    })
  },
)

async function startOn(pool: Pool): Promise<void> {
  const store = new PostgresStore({ pool })
  const orchestrator = new CallOrchestrator({ store, provider: mute, concurrency: 1, publicUrl: 'https://app.example.com/voice' })
  try {
    await orchestrator.start()
  } finally {
    await orchestrator.stop()
  }
}
