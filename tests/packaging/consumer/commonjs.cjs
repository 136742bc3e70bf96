const { CallOrchestrator, SimulatedProvider } = require('@ebra/core')
const { SqliteStore } = require('@ebra/store-sqlite')

async function main() {
  const orchestrator = new CallOrchestrator({
    store: new SqliteStore({ file: ':memory:' }),
    provider: new SimulatedProvider({ durationMs: 10 }),
    concurrency: 1,
  })
  await orchestrator.start()
  const { call } = await orchestrator.enqueue({ to: '+12025550123', scriptId: 'welcome' })
  const ended = await orchestrator.waitFor(call.id)
  console.log(ended.status)
  await orchestrator.stop()
}

main()
