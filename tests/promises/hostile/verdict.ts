import type { OpenApiDocument } from '@ebra/core/http'
import type { Schema } from './json-text.ts'
import type { HostileRequest } from './request.ts'
import type { RawAnswer } from './wire.ts'

/** What is wrong with an answer in the eyes of the document, or null. */
export function complaintAbout(request: HostileRequest, answer: RawAnswer | null, document: OpenApiDocument): string | null {
  if (answer === null) return request.isHttp && request.isWhole ? 'It was not answered.' : null
  if (!(answer.status >= 200 && answer.status < 500)) return `It was answered by ${answer.status}.`
  // A parser that understands no request answers in its own words, and briefly.
  if (!request.isHttp || !request.isWhole) return /^\s*</.test(answer.text) ? 'It was answered by a page.' : null
  if (request.isHead) return answer.text === '' ? null : 'HEAD was answered with a body.'
  const json = jsonOf(answer.text)
  if (answer.status >= 400) return complaintAboutProblem(answer, json, document)
  return isOfType(answer.headers, 'application/json') ? complaintAboutSuccess(request, answer, json, document) : null
}

function complaintAboutProblem({ status, headers }: RawAnswer, json: unknown, document: OpenApiDocument): string | null {
  if (!isOfType(headers, 'application/problem+json')) return `A refusal has the type ${headers['content-type']}.`
  const misfit = misfitOf(json, document.components.schemas['Problem'] ?? {}, document, 'problem')
  if (misfit !== null) return misfit
  const told = (json as { readonly status: number }).status
  return told === status ? null : `The problem says ${told}, and the status line ${status}.`
}

function complaintAboutSuccess(
  { operation }: HostileRequest,
  { status }: RawAnswer,
  json: unknown,
  document: OpenApiDocument,
): string | null {
  const [method = '', path = ''] = operation.split(' ')
  const described = document.paths[path]?.[method.toLowerCase()]?.responses[status]
  const schema = described?.content['application/json']?.schema
  // A hostile method or segment may have led to another route; what it answers is seen when its own turn comes.
  return schema === undefined ? null : misfitOf(json, schema as Schema, document, operation)
}

/** Where a value has other keys than its schema lists: neither more, which could betray something, nor fewer. */
function misfitOf(value: unknown, schema: Schema, document: OpenApiDocument, where: string): string | null {
  const { $ref, anyOf, properties, required = [], items, additionalProperties } = schema
  if ($ref !== undefined) return misfitOf(value, document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {}, document, where)
  if (anyOf !== undefined) {
    const misfits = anyOf.map((each) => misfitOf(value, each as Schema, document, where))
    return misfits.includes(null) ? null : (misfits.find((misfit) => misfit !== null) ?? null)
  }
  if (items !== undefined) {
    if (!Array.isArray(value)) return `${where} is no list.`
    return firstOf(value.map((item, index) => misfitOf(item, items as Schema, document, `${where}[${index}]`)))
  }
  if (properties === undefined) return schema.type === 'null' && value !== null ? `${where} is not null.` : null
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${where} is no object.`
  const strange = Object.keys(value).find((key) => !Object.hasOwn(properties, key))
  if (strange !== undefined && additionalProperties === false) return `${where} has the key "${strange}", which the document does not list.`
  const missing = required.find((key) => !Object.hasOwn(value, key))
  if (missing !== undefined) return `${where} lacks the key "${missing}".`
  return firstOf(
    Object.entries(value).map(([key, inner]) => misfitOf(inner, (properties[key] ?? {}) as Schema, document, `${where}.${key}`)),
  )
}

function firstOf(misfits: readonly (string | null)[]): string | null {
  return misfits.find((misfit) => misfit !== null) ?? null
}

function isOfType(headers: RawAnswer['headers'], type: string): boolean {
  return headers['content-type']?.split(';')[0] === type
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
