const seconds = /^\d{1,9}(?:\.\d{1,3})?$/

/**
 * The wait that `Retry-After` asks for, in milliseconds, uncapped: the gates bound it. A date is read against the answer's own `Date` header, so
 * that no clock of ours comes into it. Undefined where the header is missing or makes no sense.
 */
export function retryAfterMsOf(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (!value) return undefined
  if (seconds.test(value)) return Math.ceil(Number(value) * 1000)
  const waitMs = httpDateMs(value) - httpDateMs(headers.get('date') ?? '')
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs)
}

/** An HTTP date names its weekday and ends in GMT; `Date.parse` alone would also take `-1` or `2`. */
function httpDateMs(value: string): number {
  return /^[A-Z][a-z]+, .+ GMT$/.test(value) ? Date.parse(value) : Number.NaN
}
