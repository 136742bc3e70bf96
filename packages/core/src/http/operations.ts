/** What kinds of things a request can do: `read` (look at calls), `enqueue` (make and change them), `admin` (control the fleet, resolve attempts), `metrics`. */
export type Scope = 'read' | 'enqueue' | 'admin' | 'metrics'

/** The parts that a mount can serve. */
export const routeGroups = ['calls', 'webhooks', 'metrics', 'health', 'openapi', 'control'] as const

/** One of the parts that a mount can serve. */
export type RouteGroup = (typeof routeGroups)[number]

/** Every operation that `authorize` is asked about. */
export type Operation =
  | 'enqueueCall'
  | 'enqueueCalls'
  | 'getCall'
  | 'updateCall'
  | 'cancelCall'
  | 'retryCall'
  | 'listCalls'
  | 'listAttempts'
  | 'getAttempt'
  | 'resolveAttempt'
  | 'readMetrics'
  | 'readControl'
  | 'changeControl'
  | 'releaseGate'

/** Operations that are open to everybody: webhooks prove themselves by their signature. */
export type OpenOperation = 'receiveWebhook' | 'receiveProviderWebhook' | 'receiveProviderHook' | 'checkHealth' | 'describeRoutes'
