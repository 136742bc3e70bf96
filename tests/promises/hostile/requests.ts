import { signWebhook } from '@ebra/core'
import type { OpenApiDocument, OpenApiOperation } from '@ebra/core/http'
import { type Chance, oneOf } from '../chance.ts'
import { bodyFor } from './bodies.ts'
import { framed } from './framing.ts'
import { jsonTextFor, textFor } from './json-text.ts'
import { brokenRequests, hostileHeaders, hostileSegments } from './literals.ts'
import type { HostileRequest } from './request.ts'

/** What the requests are made of, beside chance. */
export interface Knowledge {
  readonly document: OpenApiDocument
  /** Of a client that may do everything. */
  readonly apiKey: string
  readonly webhookSecret: string
  /** Ids of calls that exist; it grows while the requests are sent. */
  readonly callIds: readonly string[]
}

/** How likely any one part of a request is replaced by something hostile. */
const hostility = 0.12

/** The index-th request: every operation of the document has its turn, after them one request that is no HTTP. */
export function hostileRequest(index: number, chance: Chance, knowledge: Knowledge): HostileRequest {
  const operations = operationsOf(knowledge.document)
  const turn = operations[index % (operations.length + 1)]
  return turn === undefined ? brokenRequest(chance) : requestFor(turn, chance, knowledge)
}

interface Operation {
  readonly path: string
  readonly method: string
  readonly described: OpenApiOperation
}

/** Every method of every path. */
export function operationsOf({ paths }: OpenApiDocument): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ path, method: method.toUpperCase(), described })),
  )
}

function brokenRequest(chance: Chance): HostileRequest {
  const text = oneOf(chance, brokenRequests)
  return { operation: 'no HTTP', bytes: Buffer.from(text, 'latin1'), isHttp: false, isWhole: false, isHead: false }
}

function requestFor({ path, method, described }: Operation, chance: Chance, knowledge: Knowledge): HostileRequest {
  const isWrong = chance.share() < hostility / 3
  const sent = isWrong ? oneOf(chance, ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY']) : method
  const body = bodyFor(path, described, chance, knowledge, hostility)
  const target = `${pathFor(path, chance, knowledge)}${queryFor(described, chance)}`
  const { headers, content, isWhole } = framed(body, chance)
  const lines = [`${sent} ${target} HTTP/1.1`, 'host: fuzz.example', ...headersFor(described, body, chance, knowledge)]
  const head = Buffer.from(`${[...lines, ...headers].join('\r\n')}\r\n\r\n`, 'latin1')
  return { operation: `${sent} ${path}`, bytes: Buffer.concat([head, content]), isHttp: true, isWhole, isHead: sent === 'HEAD' }
}

function pathFor(path: string, chance: Chance, knowledge: Knowledge): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (chance.share() < hostility) return oneOf(chance, hostileSegments)
    return parameterFor(name, chance, knowledge)
  })
}

function parameterFor(name: string, chance: Chance, { callIds }: Knowledge): string {
  const callId = callIds.length === 0 || chance.share() < 0.1 ? '01900000-0000-7000-8000-000000000000' : oneOf(chance, callIds.slice(-50))
  const values: Readonly<Record<string, string>> = {
    id: callId,
    attemptId: `${callId}.1`,
    number: String(chance.between(0, 2)),
    provider: 'http',
    hook: 'status',
    gateId: oneOf(chance, ['*', 'provider:http', 'script:http:welcome']),
  }
  return encodeURIComponent(values[name] ?? name)
}

function queryFor({ parameters }: OpenApiOperation, chance: Chance): string {
  const pairs = parameters.flatMap(({ name, in: place, schema }) => {
    if (place !== 'query' || chance.share() > 0.25) return []
    const value =
      chance.share() < hostility ? oneOf(chance, hostileSegments) : encodeURIComponent(plainTextOf(jsonTextFor(schema, chance, 0)))
    return [`${name}=${value}`]
  })
  const strangers = chance.share() < hostility / 2 ? [`${oneOf(chance, hostileSegments)}=${oneOf(chance, hostileSegments)}`] : []
  const all = [...pairs, ...strangers]
  return all.length === 0 ? '' : `?${all.join(chance.share() < 0.05 ? '&&=&' : '&')}`
}

/** A query has no quotation marks, and lists their values. */
function plainTextOf(json: string): string {
  return json.replaceAll(/^\[|\]$|"/g, '')
}

function headersFor({ parameters }: OpenApiOperation, body: Uint8Array | null, chance: Chance, { apiKey, webhookSecret }: Knowledge) {
  const key = chance.share() < 0.95 ? [`authorization: Bearer ${apiKey}`] : []
  const described = parameters.filter(({ in: place }) => place === 'header' && chance.share() < 0.3)
  const named = described.map(({ name }) => `${name}: ${textFor({ pattern: '^[\\x21-\\x7e]+$' }, chance)}`)
  const strange = Array.from({ length: chance.between(0, 2) }, () => oneOf(chance, hostileHeaders)).filter(
    () => chance.share() < 4 * hostility,
  )
  const signature =
    body === null || chance.share() < 0.2
      ? {}
      : signWebhook({ id: `msg-${chance.between(0, 1_000_000)}`, at: new Date(), rawBody: body }, [webhookSecret])
  return [...key, ...named, ...strange, ...Object.entries(signature).map(([name, value]) => `${name}: ${value}`)]
}
