import type { JsonObject } from '@ebra/core'

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Empty where the body is no JSON object. */
  readonly json: JsonObject
}

/** What to send. */
export interface Sending {
  /** Sent as JSON, of that content type. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a request below the mount. */
export type Send = (method: string, path: string, sending?: Sending) => Promise<Answer>

/** Requests over real connections. No redirect is followed. */
export function apiClient(baseUrl: string): Send {
  return async (method, path, { json, body = json === undefined ? null : JSON.stringify(json), headers = {} } = {}) => {
    const type = json === undefined ? {} : { 'content-type': 'application/json' }
    const streaming = body instanceof ReadableStream ? { duplex: 'half' as const } : {}
    const response = await fetch(`${baseUrl}${path}`, { method, body, headers: { ...type, ...headers }, redirect: 'manual', ...streaming })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: jsonObjectOf(text) }
  }
}

function jsonObjectOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as JsonObject) : {}
  } catch {
    return {}
  }
}
