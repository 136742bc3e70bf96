/**
 * Every way to treat a `POST /calls`, and whether a phone rings by it:
 *
 * - `normal`: rings, 201 at once. `slow`: the same after `slowMs`.
 * - `cutBody`: rings, 201, and the connection breaks in the middle of the body. `nonsense`: rings, 200 with a page of HTML.
 * - `ringThenHang`, `ringThenError`, `ringThenReset`: rings, then no answer ever, a 5xx (`errorStatus`), a connection reset.
 * - `hang`, `error`, `reset`: the same three without a ring.
 * - `redirect`: 307 to an address that rings whoever follows.
 * - `throttle`: 429, with `Retry-After` where `retryAfterSec` is set. `blocked`: 402. `reject`: 422.
 */
export const placeModes = {
  normal: { rings: true },
  slow: { rings: true },
  cutBody: { rings: true },
  nonsense: { rings: true },
  ringThenHang: { rings: true },
  ringThenError: { rings: true },
  ringThenReset: { rings: true },
  hang: { rings: false },
  error: { rings: false },
  reset: { rings: false },
  redirect: { rings: false },
  throttle: { rings: false },
  blocked: { rings: false },
  reject: { rings: false },
} as const satisfies Record<string, { readonly rings: boolean }>

/** One way to treat a `POST /calls`; see {@link placeModes}. */
export type PlaceMode = keyof typeof placeModes

/** A way to treat a `POST /calls` that a careful caller has to survive. */
export type PlaceFault = Exclude<PlaceMode, 'normal'>

/** Every {@link PlaceFault}. */
export const placeFaults = (Object.keys(placeModes) as PlaceMode[]).filter((mode) => mode !== 'normal')

/** Whether a value names a mode. */
export function isPlaceMode(value: unknown): value is PlaceMode {
  return typeof value === 'string' && Object.hasOwn(placeModes, value)
}
