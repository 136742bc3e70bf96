import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SimulatedProvider } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import { createShop } from './create-shop.ts'
import { createReminders } from './reminders.ts'

// A shop that was there before Ebra, and reminds its customers by phone now. Start it, then:
//   curl -X POST http://127.0.0.1:3000/orders/1/reminder -H 'authorization: Bearer clerk'
const port = Number(process.env['PORT'] ?? 3_000)
const reminders = createReminders({
  store: new SqliteStore({ file: 'shop.db' }),
  provider: new SimulatedProvider({ durationMs: 500 }),
  // With a provider that is no simulator: where it reaches this application from outside, with the path of the mount.
  publicUrl: `http://127.0.0.1:${port}/voice`,
})
const server = createShop(reminders).listen(port, '127.0.0.1')
await once(server, 'listening')
await reminders.start()
console.log(`The shop is open at http://127.0.0.1:${(server.address() as AddressInfo).port}`)

// Ebra touches no signals: the application says when it ends.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, async () => {
    server.close()
    server.closeIdleConnections()
    await reminders.stop()
  })
}
