import { once } from 'node:events'
import { aCall } from '@ebra/testkit'
import { SqliteStore } from '../../src/index.ts'
import { silent } from '../open-store.ts'

/** Once its input has ended, opens the store, inserts one call of its own, and listens. Nothing that it leaves open may keep it from ending. */
const [file = '', tenant = ''] = process.argv.slice(2)
process.stdout.write('ready\n')
await once(process.stdin.resume(), 'end')
const store = new SqliteStore({ file })
await store.open({ logger: silent, clock: null })
store.onWake(() => {})
await store.insertCalls({ calls: [aCall({ id: crypto.randomUUID(), tenant })] })
process.stdout.write('started\n')
