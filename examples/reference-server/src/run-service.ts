import { type Logger, pino } from 'pino'
import { createOrchestrator } from './create-orchestrator.ts'
import { greeting } from './greeting.ts'
import { keepTrying } from './keep-trying.ts'
import { readSettings, SettingsError } from './read-settings.ts'
import type { Settings } from './settings.ts'
import { stopOnSignals } from './stop-on-signals.ts'
import { createApp } from './web/create-app.ts'
import { type HttpServer, listen } from './web/http-server.ts'

/** What a process does. */
export interface Role {
  /** Answers HTTP. */
  readonly serves: boolean
  readonly dials: boolean
}

/** Runs until a signal stops it. A service that cannot start says why on standard error, and ends the process with code 1. */
export async function runService(role: Role): Promise<void> {
  try {
    const settings = readSettings()
    await start(role, settings, pino({ level: settings.logLevel }))
  } catch (error) {
    console.error(`Ebra cannot start: ${error instanceof Error ? error.message : error}`)
    process.exit(1)
  }
}

const requestGraceMs = 1_000

async function start(role: Role, settings: Settings, logger: Logger): Promise<void> {
  const server = role.serves ? await listen(settings.port, hostFor(settings), logger) : null
  const orchestrator = await createOrchestrator(settings, publicUrlOf(settings, server), logger)
  const stopping = new AbortController()
  stopOnSignals(logger, async () => {
    stopping.abort()
    // Both at once: nothing is dialed from now on, and the webhooks of dials that are under way are still taken.
    await Promise.all([server?.finish(requestGraceMs), orchestrator.stop()])
    server?.close()
  })
  // While the database is away the API answers all the same: 503, which is what those who ask can act on.
  if (server !== null) {
    server.serve(await createApp(orchestrator, settings))
    announce(server, settings, { dials: role.dials, logger })
  }
  await keepTrying(() => (role.dials ? orchestrator.start() : orchestrator.ping()), logger, stopping.signal)
  if (!stopping.signal.aborted) logger.info({ concurrency: settings.concurrency }, role.dials ? 'Dialing.' : 'The database answers.')
}

/** Without a key everybody may do everything, so that only this machine may come. */
function hostFor({ apiKey }: Settings): string | undefined {
  return apiKey === null ? '127.0.0.1' : undefined
}

function publicUrlOf({ publicUrl, port, platform }: Settings, server: HttpServer | null): string {
  if (publicUrl !== null) return publicUrl
  if (server === null && port === 0 && platform.kind === 'http') {
    throw new SettingsError('PUBLIC_BASE_URL is missing: with PORT=0 no worker can know where the API takes webhooks.')
  }
  return `http://127.0.0.1:${server?.port ?? port}`
}

function announce({ port }: HttpServer, settings: Settings, { dials, logger }: { readonly dials: boolean; readonly logger: Logger }): void {
  const url = `http://127.0.0.1:${port}`
  logger.info({ url, adapter: settings.httpAdapter }, 'Listening.')
  console.log(greeting(url, settings, dials))
}
