import type { MountOptions, OrchestratorApi } from '@ebra/core/http'

/** How the suite wants the routes mounted. Its `authorize` is shown the header `Authorization`, which a mount takes from its framework's request. */
export interface SuiteMountOptions extends MountOptions<string | undefined> {
  /** The path in front of every route: `/voice`. */
  readonly prefix: string
}

/** A server that listens on this machine. */
export interface MountedHttp {
  /** Without a slash at its end: `http://127.0.0.1:4711`. */
  readonly origin: string
  /** Ends the server and every connection to it. */
  close(): Promise<void>
}

/**
 * Serves the routes as a host would, on a free port. The host has a route of its own within the same prefix, `GET <prefix>/host`, that answers the text `the host`.
 * Rejects, or throws, with what the adapter says of wrong options.
 */
export type MountHttp = (orchestrator: OrchestratorApi, options: SuiteMountOptions) => Promise<MountedHttp>
