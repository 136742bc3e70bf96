import { type Engine, report } from './engine.ts'

/** Opens the store, writes the cap, and sets pump and reconciler going. */
export async function startDialing(engine: Engine): Promise<void> {
  const { store, settings, pump, checks } = engine
  await engine.open()
  await store.verifyClaims()
  const before = await store.readControl()
  await store.writeControl({ configured: settings.concurrency, dialsPerSecond: settings.dialsPerSecond })
  if (before.configured !== null && before.configured !== settings.concurrency) {
    settings.logger?.warn(
      { before: before.configured, now: settings.concurrency },
      'The fleet had another concurrency; the process that starts last wins.',
    )
  }
  warnIfBlind(engine)
  store.onWake(() => pump.wake())
  pump.start()
  checks.start()
}

/** Without webhooks and without a way to ask, only `handleWebhook` can ever settle a call. */
function warnIfBlind(engine: Engine): void {
  if (engine.settings.publicUrl !== null) return
  for (const provider of engine.settings.providers.values()) {
    if (provider.get !== undefined || provider.find !== undefined || provider.subscribe !== undefined) continue
    report(
      engine,
      new Error(`There is no publicUrl, and provider "${provider.name}" cannot be asked: only handleWebhook can settle its calls.`),
    )
  }
}
