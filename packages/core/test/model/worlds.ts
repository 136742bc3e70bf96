import type { Settings } from './settings.ts'

/** Stale is whatever was silent for a tick: the sooner an attempt may be given up, the more can come after. */
const blind: Settings = {
  workers: 2,
  maxNumber: 2,
  maxAttempts: 2,
  placeTimeout: 1,
  window: null,
  lag: null,
  stale: 1,
  onLost: { unconfirmed: 'retry', silent: 'retry' },
  canCancel: false,
}

const recognises: Settings = { ...blind, window: 5 }
const finds: Settings = { ...blind, placeTimeout: 2, lag: 1 }

/** By what a platform promises. All with `onLost: 'retry'`, after which most can happen. */
export const platforms = { blind, recognises, finds, 'recognises and finds': { ...recognises, lag: 0 } } as const satisfies Record<
  string,
  Settings
>

/** Where the protocol has to hold. */
export const worlds: Readonly<Record<string, Settings>> = {
  'a platform that promises nothing': { ...blind, maxNumber: 3, maxAttempts: 3 },
  'a platform that recognises keys': recognises,
  'a platform that can be asked': finds,
  'a platform that recognises keys and can be asked': platforms['recognises and finds'],
  'three workers at one attempt, on a platform that recognises keys': { ...recognises, workers: 3, maxNumber: 1 },
  'three workers, on a platform that can be asked at once': { ...finds, workers: 3, placeTimeout: 1, lag: 0 },
  'a host that gives up for good what fell silent': { ...finds, onLost: { unconfirmed: 'retry', silent: 'expire' } },
  'a host that holds what is lost': { ...finds, onLost: { unconfirmed: 'hold', silent: 'hold' } },
  'a host that cancels': { ...blind, canCancel: true },
}
