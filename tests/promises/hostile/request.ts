/** What is sent, and what may be expected of the answer. */
export interface HostileRequest {
  /** `POST /calls/{id}/cancel`, or what else it is. */
  readonly operation: string
  readonly bytes: Buffer
  /** False: it is no HTTP that a server has to understand. Node may answer it in its own words, or hang up. */
  readonly isHttp: boolean
  /** False: the client goes away before it has sent all, or sends what was never asked for: nobody may be there to answer. */
  readonly isWhole: boolean
  readonly isHead: boolean
}

/** The request in one line, so that it can be sent again: `printf '…' | nc`. Long ones are cut: the seed makes them again. */
export function printed({ operation, bytes }: HostileRequest): string {
  const text = JSON.stringify(bytes.toString('latin1'))
  return `${operation}: ${text.length > 4_000 ? `${text.slice(0, 4_000)}… (${bytes.length} bytes)` : text}`
}
