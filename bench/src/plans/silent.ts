import type { Logger } from '@ebra/core'

/** What a store is opened with that says nothing. */
export const silent: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }

function ignore(): void {}
