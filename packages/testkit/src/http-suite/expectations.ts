import { deepEqual, equal, fail, match, ok } from 'node:assert/strict'
import type { Json, JsonObject } from '@ebra/core'
import type { Answer } from './api-client.ts'

/** Fails unless the answer is a problem of this status and code, in the form of RFC 9457, that says nothing of what is behind it. Gives back its `errors`. */
export function assertProblem(
  answer: Answer,
  status: number,
  code: string,
): readonly { readonly path: string; readonly message: string }[] {
  const { errors = [], ...facts } = answer.json
  deepEqual([answer.status, facts['code']], [status, code], answer.text)
  match(answer.headers.get('content-type') ?? '', /^application\/problem\+json\b/)
  deepEqual(Object.keys(facts), ['type', 'title', 'status', 'detail', 'code'])
  equal(facts['status'], status)
  for (const name of ['type', 'title', 'detail']) ok(typeof facts[name] === 'string' && facts[name] !== '', `${name} says nothing`)
  ok(
    !/\bat .+\.[jt]s:\d+|node_modules|\bselect\b.+\bfrom\b|ECONNREFUSED|10\.0\.0\.5/i.test(answer.text),
    `The problem tells too much: ${answer.text}`,
  )
  return errors as unknown as readonly { readonly path: string; readonly message: string }[]
}

/** Fails unless the answer is a 422 that complains of exactly these paths. */
export function assertInvalid(answer: Answer, ...paths: readonly string[]): void {
  const errors = assertProblem(answer, 422, 'VALIDATION_FAILED')
  deepEqual(errors.map(({ path }) => path).toSorted(), paths.toSorted(), answer.text)
  for (const { message } of errors) ok(message.length > 0)
}

/** Fails unless the answer has this status; gives back its JSON. */
export function assertAnswer(answer: Answer, status: number): JsonObject {
  equal(answer.status, status, answer.text)
  match(answer.headers.get('content-type') ?? '', /^application\/json\b/)
  return answer.json
}

/** A text among the facts of an answer. */
export function textAt(json: JsonObject, name: string): string {
  const value = json[name]
  return typeof value === 'string' ? value : fail(`"${name}" should be a text, it is ${JSON.stringify(value)}.`)
}

/** The list `items` of an answer. */
export function itemsOf(json: JsonObject): readonly JsonObject[] {
  const items: Json | undefined = json['items']
  return Array.isArray(items) ? (items as readonly JsonObject[]) : fail('"items" should be a list.')
}

/** Asks again and again until the answer is not null. Fails after ten seconds. */
export async function eventually<TValue>(what: string, ask: () => Promise<TValue | null>): Promise<TValue> {
  const deadline = AbortSignal.timeout(10_000)
  while (!deadline.aborted) {
    const value = await ask()
    if (value !== null) return value
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return fail(`${what} did not happen within ten seconds.`)
}
