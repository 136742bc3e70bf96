import { aCall } from '@ebra/testkit'
import { SqliteStore } from '../../src/index.ts'
import { silent } from '../open-store.ts'

/** Inserts calls one by one until it is killed. Says the id of each once the insert has returned. */
const [file = ''] = process.argv.slice(2)
const store = new SqliteStore({ file })
await store.open({ logger: silent, clock: null })
for (;;) {
  const call = aCall()
  await store.insertCalls({ calls: [call] })
  process.stdout.write(`${call.id}\n`)
}
