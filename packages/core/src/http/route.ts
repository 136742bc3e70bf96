import type * as z from 'zod'
import { objectOf, parseInput } from '../domain/input-problems.ts'
import type { ErrorCode } from '../errors.ts'
import { withinDeadline } from './deadline.ts'
import type { HttpRequest, HttpResponse } from './http-records.ts'
import type { OpenOperation, Operation, RouteGroup, Scope } from './operations.ts'
import type { OrchestratorApi } from './orchestrator-api.ts'
import { type JsonRule, readJson } from './read-json.ts'
import { queryParameters } from './target.ts'

/** What every handler works with. */
export interface RouteContext {
  readonly orchestrator: OrchestratorApi
  readonly webhookBodyLimit: number
  /** The document of `/openapi.json`, as JSON text. */
  openApi(basePath: string): string
}

/** A request that was let in. */
export interface Visit {
  readonly request: HttpRequest
  /** By their names in the route's path, decoded. */
  readonly params: Readonly<Record<string, string>>
  /** Null: bound to none. */
  readonly tenant: string | null
}

/** A request whose query and body were read and found good. */
export interface Input<TQuery = unknown, TBody = unknown> extends Visit {
  readonly query: TQuery
  readonly body: TBody
}

/** Who may come in: whom `authorize` lets in, or everybody. A `fleet` is nobody's own: those bound to a tenant stay outside. */
type Guard =
  | { readonly scope: Scope; readonly operation: Operation; readonly reach: 'tenant' | 'fleet' }
  | { readonly scope: null; readonly operation: OpenOperation }

/** The JSON body that a route takes. */
export interface BodyRule<TBody> extends JsonRule {
  readonly schema: z.ZodType<TBody>
  readonly example: unknown
}

/** One way in which a route answers when all is well. */
export interface Success {
  readonly status: number
  readonly description: string
  /** By media type; null stands for text without a schema. */
  readonly content: Readonly<Record<string, z.ZodType | null>>
  /** Response headers by name, each with its description. */
  readonly headers: Readonly<Record<string, string>>
}

/** What is known of a route without serving it. */
interface RouteFacts {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below the mount; `:name` stands for one segment. */
  readonly path: string
  readonly group: RouteGroup
  readonly guard: Guard
  readonly summary: string
  readonly successes: readonly [Success, ...Success[]]
  /** What it may answer beside what access, query and body imply. */
  readonly errors: readonly ErrorCode[]
  /** Request headers with a meaning here, each with its description. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A route as it is written down. */
export interface RouteDefinition<TQuery, TBody> extends RouteFacts {
  readonly query: z.ZodType<TQuery>
  readonly body: BodyRule<TBody>
  handle(context: RouteContext, input: Input<TQuery, TBody>): Promise<HttpResponse>
}

/** A route as it is served and described. Reading and handling are one step: only the definition knows the types between them. */
export interface Route extends RouteFacts {
  readonly query: z.ZodType
  /** Null: none that is JSON. */
  readonly body: BodyRule<unknown> | null
  serve(context: RouteContext, visit: Visit): Promise<HttpResponse>
}

/** The query of a route that takes no keys: any is refused. */
export const noQuery = objectOf({})

/** API bodies: 64 kB. */
export const bodyLimitBytes = 65_536

/** The body of a route that needs none: it may be absent or `{}`. */
export const noBody = { schema: objectOf({}), limitBytes: bodyLimitBytes, isOptional: true, example: {} }

/** A body may take its time to come; a store that takes longer to answer is answered for. */
const storeTimeoutMs = 10_000

/** A success that is told in JSON. */
export function answers(status: number, description: string, schema: z.ZodType, headers: Readonly<Record<string, string>> = {}): Success {
  return { status, description, content: { 'application/json': schema }, headers }
}

/** A route that reads JSON, where its method has a body. */
export function defineRoute<TQuery, TBody>(definition: RouteDefinition<TQuery, TBody>): Route {
  const { handle, ...facts } = definition
  const isBodyless = facts.method === 'GET'
  return {
    ...facts,
    body: isBodyless ? null : facts.body,
    async serve(context, visit) {
      const query = parseInput(facts.query, queryParameters(visit.request))
      const json = isBodyless ? {} : await readJson(visit.request, facts.body)
      const body = parseInput(facts.body.schema, json)
      return withinDeadline(handle(context, { ...visit, query, body }), storeTimeoutMs)
    },
  }
}
