import { CallOrchestrator, SimulatedProvider } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'

const orchestrator = new CallOrchestrator({
  store: new SqliteStore({ file: ':memory:' }),
  provider: new SimulatedProvider({ durationMs: 10 }),
  concurrency: 1,
})
await orchestrator.start()
const { call } = await orchestrator.enqueue({ to: '+12025550123', scriptId: 'welcome', metadata: { customerId: 7 } })
const ended = await orchestrator.waitFor(call.id)
console.log(ended.status)
await orchestrator.stop()
