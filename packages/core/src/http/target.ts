import type { HttpRequest } from './http-records.ts'

/** The path below the mount, undecoded. */
export function pathOf({ url }: Pick<HttpRequest, 'url'>): string {
  const queryAt = url.indexOf('?')
  return queryAt === -1 ? url : url.slice(0, queryAt)
}

/** The query as an object of texts, or lists of texts where a name was repeated. */
export function queryParameters({ url }: Pick<HttpRequest, 'url'>): Readonly<Record<string, string | readonly string[]>> {
  const queryAt = url.indexOf('?')
  if (queryAt === -1) return {}
  const parameters = new URLSearchParams(url.slice(queryAt + 1))
  const names = new Set(parameters.keys())
  // Object.fromEntries makes an own property even of "__proto__", so that it is refused like any other key that nobody knows.
  return Object.fromEntries([...names].map((name) => [name, onlyOrAll(parameters.getAll(name))]))
}

/** A segment of the path in plain text; as it is where its escapes are broken. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function onlyOrAll(values: readonly string[]): string | readonly string[] {
  const [first, ...others] = values
  return first === undefined || others.length > 0 ? values : first
}
