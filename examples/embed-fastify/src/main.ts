import { CallOrchestrator, SimulatedProvider } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import { createClinics } from './create-clinics.ts'

// An application for clinics that was there before Ebra, and confirms appointments by phone now. Start it, then:
//   curl -X POST http://127.0.0.1:3000/appointments -H 'x-api-key: key-of-north' -H 'content-type: application/json' -d '{"phone": "+12025550142", "at": "Monday at nine"}'
const port = Number(process.env['PORT'] ?? 3_000)
const calls = new CallOrchestrator({
  store: new SqliteStore({ file: 'clinics.db' }),
  provider: new SimulatedProvider({ durationMs: 500 }),
  concurrency: 5,
  // With a provider that is no simulator: where it reaches this application from outside, with the prefix of the plugin.
  publicUrl: `http://127.0.0.1:${port}/voice`,
})
const app = await createClinics(calls)
calls.on('error', ({ error }) => app.log.error(error))

// Fastify's own hooks start and stop the calls with the application.
app.addHook('onReady', () => calls.start())
app.addHook('onClose', () => calls.stop())
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => app.close())

console.log(`The clinics are open at ${await app.listen({ port })}`)
