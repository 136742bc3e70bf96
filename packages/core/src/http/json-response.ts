import type { HttpResponse } from './http-records.ts'

/** An answer in JSON. Numbers of phones are in most of them: no cache may keep any. */
export function jsonResponse(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  }
}
