/** Answers of the API, whatever their status. */
export interface Api {
  readonly url: string
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Speaks JSON to the API at this address. */
export function apiAt(url: string): Api {
  return {
    url,
    send: async (method, path, body, headers = {}) => {
      const request = { method, headers: { 'content-type': 'application/json', ...headers } }
      const response = await fetch(url + path, body === undefined ? request : { ...request, body: JSON.stringify(body) })
      return { status: response.status, body: await response.json() }
    },
  }
}
