import { constants } from 'node:os'
import type { Logger } from 'pino'

const patienceMs = 30_000
const leftoverMs = 2_000

/**
 * Keeps the process alive until SIGTERM or SIGINT, then calls `stop` and lets the process end by itself, with code 0 unless `stop` fails. A second signal ends it at once.
 */
export function stopOnSignals(logger: Logger, stop: () => Promise<void>): void {
  // An orchestrator's own timers keep no process alive, and a worker has nothing else.
  const alive = setInterval(() => undefined, 2 ** 30)
  let isStopping = false
  const onSignal = async (signal: 'SIGTERM' | 'SIGINT') => {
    if (isStopping) process.exit(128 + constants.signals[signal])
    isStopping = true
    logger.info({ signal }, 'Stopping. A second signal ends it at once.')
    exitAfter(patienceMs, 1, () => logger.error('It did not stop in time.'))
    await stop().then(
      () => logger.info('Stopped.'),
      (error: unknown) => {
        logger.error({ err: error }, 'It did not stop in good order.')
        process.exitCode = 1
      },
    )
    clearInterval(alive)
    exitAfter(leftoverMs, process.exitCode, () => logger.warn('Something is still open. Ending all the same.'))
  }
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
}

/** Does nothing where the process ends by itself before. */
function exitAfter(ms: number, code: typeof process.exitCode, say: () => void): void {
  setTimeout(() => {
    say()
    process.exit(code)
  }, ms).unref()
}
