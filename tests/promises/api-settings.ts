import type { WorkerSettings } from './worker-settings.ts'

/** By which framework the routes are served. */
export type AdapterKind = 'Express' | 'Fastify'

/** Everything that a process with the API has to know. */
export interface ApiSettings extends Pick<WorkerSettings, 'database' | 'platform' | 'conduct'> {
  readonly adapter: AdapterKind
  readonly port: number
}
