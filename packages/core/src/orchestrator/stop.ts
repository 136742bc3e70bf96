import { type Engine, report } from './engine.ts'

/** For the last turn, after the grace is over. A database that takes longer is left to itself: what was under way is reconciled by others. */
const lastTurnMs = 10_000

/** Sends and claims no more, gives what is under way `graceMs`, writes what is left, and closes. Always ends. */
export async function stopDialing(engine: Engine, graceMs: number): Promise<void> {
  const { checks, cutOff, halted, pump } = engine
  halted.abort()
  const grace = setTimeout(() => cutOff.abort(), graceMs)
  const finished = pump.finish().then(() => checks.idle())
  await withinTime(finished, graceMs + lastTurnMs)
  clearTimeout(grace)
  cutOff.abort()
  await closeProviders(engine)
  await engine.close()
}

async function closeProviders(engine: Engine): Promise<void> {
  for (const provider of engine.settings.providers.values()) {
    try {
      await provider.close?.()
    } catch (error) {
      report(engine, error)
    }
  }
}

async function withinTime(work: Promise<void>, limitMs: number): Promise<void> {
  let timeout: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timeout = setTimeout(resolve, limitMs)
  })
  await Promise.race([work, limit])
  clearTimeout(timeout)
}
