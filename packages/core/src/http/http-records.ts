/** A request as the routes see it, whatever framework it came through. */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string
  /** Below the mount, undecoded, with its query: `/calls?status=PENDING`. */
  readonly url: string
  /** Where the routes are mounted: `/voice`, or empty. */
  readonly basePath: string
  /** Scheme and host as the client wrote them: `https://app.example.com`. Not to be trusted. */
  readonly origin: string
  /** Lower-case names; several values of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * The bytes of the body as they came; none is an empty array. Bytes are counted while they are read: throws BODY_TOO_LARGE past `limit`, BODY_UNREADABLE where the client went away, and
   * CONFIGURATION_INVALID where a body parser of the host left nothing to read.
   */
  body(limit: number): Promise<Uint8Array>
  /** What a body parser of the host made of a body that cannot be read any more. Undefined: none did. */
  readonly parsedBody?: unknown
}

/** What to answer. A framework adds nothing to it but its own transport headers. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Null: no body. */
  readonly body: string | Uint8Array | null
}
