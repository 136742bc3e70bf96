import { describeValue } from '../domain/input-description.ts'
import { optionNumber, optionOneOf, refuseUnknownKeys } from '../domain/options.ts'
import { ConfigurationError } from '../errors.ts'
import type { Authorize } from './access.ts'
import { type RouteGroup, routeGroups } from './operations.ts'
import type { Route } from './route.ts'
import { routeTable } from './routes/route-table.ts'

/** How the routes are mounted; the same for every framework. Unknown keys are refused. */
export interface MountOptions<TNative> {
  /**
   * Who may do what. A mount that needs it and has none throws a ConfigurationError; `false`, in so many words, lets everybody do everything. `/health`, `/openapi.json` and the
   * webhooks, which are signed, never ask.
   */
  readonly authorize?: Authorize<TNative> | false
  /** The parts to serve. Paths of the others fall through to the host. Defaults to all. */
  readonly routes?: readonly RouteGroup[]
  /** True lets clients name `provider` and `providerOptions`, and shows them. Defaults to false. */
  readonly exposeProviderOptions?: boolean
  /** Bytes of a webhook’s body, at most 1 GB: they carry transcripts, and a refused one may never come again. Defaults to 10 MB. */
  readonly webhookBodyLimit?: number
}

/** A mount, resolved once. */
export interface Mount<TNative> {
  /** Null: everybody may do everything. */
  readonly authorize: Authorize<TNative> | null
  readonly routes: readonly Route[]
  readonly webhookBodyLimit: number
}

/** The names of the options, so that a framework can tell its own from them. */
export const mountOptionNames = [
  'authorize',
  'routes',
  'exposeProviderOptions',
  'webhookBodyLimit',
] as const satisfies readonly (keyof MountOptions<unknown>)[]

/** Resolves the options. `where` names the function that the host called. Throws a ConfigurationError for what is wrong or missing. */
export function resolveMount<TNative>(where: string, options: MountOptions<TNative>): Mount<TNative> {
  refuseUnknownKeys(where, options, mountOptionNames)
  const groups = resolveGroups(where, options.routes)
  const exposeProviderOptions = resolveFlag(where, 'exposeProviderOptions', options.exposeProviderOptions)
  const routes = routeTable({ exposeProviderOptions }).filter(({ group }) => groups.includes(group))
  return {
    routes,
    authorize: resolveAuthorize(where, options.authorize, routes),
    webhookBodyLimit: optionNumber(where, 'webhookBodyLimit', options.webhookBodyLimit ?? 10_485_760, {
      min: 1,
      max: 1_073_741_824,
      isInteger: true,
    }),
  }
}

function resolveGroups(where: string, groups: readonly RouteGroup[] = routeGroups): readonly RouteGroup[] {
  if (!Array.isArray(groups)) throw new ConfigurationError(`${where}: routes must be an array of ${routeGroups.join(', ')}.`)
  return groups.map((group, index) => optionOneOf(where, `routes[${index}]`, group, routeGroups))
}

function resolveFlag(where: string, name: string, value: unknown = false): boolean {
  if (typeof value === 'boolean') return value
  throw new ConfigurationError(`${where}: ${name} must be true or false, got ${describeValue(value)}.`)
}

function resolveAuthorize<TNative>(where: string, authorize: unknown, routes: readonly Route[]): Authorize<TNative> | null {
  if (typeof authorize === 'function') return authorize as Authorize<TNative>
  const guarded = routes.find(({ guard }) => guard.scope !== null)
  if (authorize === false || (authorize === undefined && guarded === undefined)) return null
  throw new ConfigurationError(
    `${where}: authorize must be a function that says who may use ${guarded?.path ?? 'a route'}, or false, which lets everybody do everything.`,
  )
}
