import type { Route } from '../route.ts'
import { attemptRoutes } from './attempt-routes.ts'
import { callRoutes } from './call-routes.ts'
import { controlRoutes } from './control-routes.ts'
import { healthRoutes } from './health-routes.ts'
import { metricsRoutes } from './metrics-routes.ts'
import { openApiRoutes } from './openapi-routes.ts'
import { webhookRoutes } from './webhook-routes.ts'

/** Every route there is: what is served, described and tested comes from here. Of two that fit a path, the first is meant. */
export function routeTable(options: { readonly exposeProviderOptions: boolean }): readonly Route[] {
  return [
    ...callRoutes(options),
    ...attemptRoutes(options),
    ...metricsRoutes,
    ...controlRoutes,
    ...webhookRoutes,
    ...healthRoutes,
    ...openApiRoutes,
  ]
}
