import type * as z from 'zod'
import { type ErrorCode, problemUri } from '../../errors.ts'
import { problems, problemType } from '../problem.ts'
import type { BodyRule, Route, Success } from '../route.ts'
import { namedWires } from '../wire/wire-schemas.ts'
import { componentUri, jsonSchemaOf, propertiesOf } from './json-schema.ts'
import type { OpenApiHeaders, OpenApiOperation, OpenApiParameter, OpenApiResponse } from './openapi-types.ts'
import { errorsOf } from './route-errors.ts'

/** A route as an operation of OpenAPI 3.1. */
export function operationOf(route: Route): OpenApiOperation {
  const { guard, summary, group, body, method } = route
  return {
    // Two routes that differ in their method alone share an operation; an id may occur once.
    operationId: method === 'GET' && group === 'webhooks' ? `${guard.operation}ByGet` : guard.operation,
    summary,
    tags: [group],
    parameters: [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)],
    ...(body !== null && { requestBody: requestBodyOf(body) }),
    ...(body === null && method !== 'GET' && { requestBody: anyBody }),
    responses: responsesOf(route),
  }
}

/** The names in a route's path, in their order. */
export function pathParameterNames(path: string): readonly string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
}

function pathParameters({ path }: Route): readonly OpenApiParameter[] {
  return pathParameterNames(path).map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))
}

function queryParameters({ query }: Route): readonly OpenApiParameter[] {
  return propertiesOf(jsonSchemaOf(query, 'input')).map(({ name, isRequired, schema: { description, ...schema } }) => ({
    name,
    in: 'query',
    required: isRequired,
    ...(description !== undefined && { description }),
    schema,
  }))
}

function headerParameters({ headers = {} }: Route): readonly OpenApiParameter[] {
  // OpenAPI has its own places for Accept, Content-Type and Authorization, and ignores them here.
  const described = Object.entries(headers).filter(([name]) => name !== 'Accept')
  return described.map(([name, description]) => ({ name, in: 'header', required: false, description, schema: { type: 'string' } }))
}

function requestBodyOf({ schema, isOptional, example }: BodyRule<unknown>) {
  return { required: !isOptional, content: { 'application/json': { schema: jsonSchemaOf(schema, 'input'), example } } }
}

/** Whatever the platform sends. */
const anyBody = { required: false, content: { '*/*': { schema: {} } } }

function responsesOf(route: Route): Readonly<Record<string, OpenApiResponse>> {
  const successes = route.successes.map((success) => [success.status, successResponse(success)] as const)
  const byStatus = Map.groupBy(errorsOf(route), (code) => problems[code].status)
  const failures = [...byStatus].map(([status, codes]) => [status, errorResponse(status, codes)] as const)
  return Object.fromEntries([...successes, ...failures])
}

function successResponse({ description, content, headers }: Success): OpenApiResponse {
  const media = Object.entries(content).map(([type, schema]) => [
    type,
    { schema: schema === null ? { type: 'string' } : referenceTo(schema) },
  ])
  return { description, headers: headersOf(headers), content: Object.fromEntries(media) }
}

function errorResponse(status: number, codes: readonly ErrorCode[]): OpenApiResponse {
  const examples = Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }]))
  return {
    description: `${codes.map((code) => problems[code].title).join('; or: ')}.`,
    headers: headersOf(headersOfStatus[status] ?? {}),
    content: { [problemType]: { schema: { $ref: componentUri('Problem') }, examples } },
  }
}

const headersOfStatus: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'WWW-Authenticate': 'How to authenticate; not for signatures.' },
  503: { 'Retry-After': 'Seconds.' },
}

function exampleOf(code: ErrorCode) {
  const { status, title } = problems[code]
  const errors =
    code === 'VALIDATION_FAILED' ? { errors: [{ path: 'to', message: 'Expected a phone number in E.164 form, got a number.' }] } : {}
  return { type: problemUri(code), title, status, detail: `${title}.`, code, ...errors }
}

function headersOf(headers: Readonly<Record<string, string>>): OpenApiHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]))
}

function referenceTo(schema: z.ZodType) {
  const name = Object.entries(namedWires).find(([, wire]) => wire === schema)?.[0]
  return name === undefined ? jsonSchemaOf(schema, 'output') : { $ref: componentUri(name) }
}
