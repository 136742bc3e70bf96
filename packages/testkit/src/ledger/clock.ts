/** The instant, in milliseconds since 1970. The ledger's file and its webhooks tell time by it. */
export function now(): number {
  return Date.now()
}
