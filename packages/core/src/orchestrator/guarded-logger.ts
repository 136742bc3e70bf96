import type { Logger } from '../ports/logger.ts'

/** The host's logger, whose own failure (a full disk, a closed stream) must not stop a call from being settled. */
export function guardedLogger(logger: Logger): Logger {
  return {
    debug: (facts, message) => quietly(() => logger.debug(facts, message)),
    info: (facts, message) => quietly(() => logger.info(facts, message)),
    warn: (facts, message) => quietly(() => logger.warn(facts, message)),
    error: (facts, message) => quietly(() => logger.error(facts, message)),
  }
}

function quietly(log: () => void): void {
  try {
    log()
  } catch {
    // There is nowhere left to tell of it.
  }
}
