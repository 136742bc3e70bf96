import type { System } from '../system.ts'
import { openFiles } from './files.ts'
import { startPostgresServer } from './postgres.ts'
import { startRedisServer } from './redis.ts'
import type { Server } from './server.ts'

/** The servers of one invocation. */
export interface Servers extends AsyncDisposable {
  /** Null: not installed. */
  for(system: System): Server | null
  /** By the kind of server. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Starts those that the systems need. */
export async function startServers(systems: readonly System[]): Promise<Servers> {
  const started = new Map<System['server'], Server>()
  const stopAll = async () => {
    for (const server of started.values()) await server.stop()
  }
  try {
    for (const kind of new Set(systems.map(({ server }) => server))) {
      const server = await start[kind]()
      if (server !== null) started.set(kind, server)
    }
  } catch (error) {
    await stopAll()
    throw error
  }
  return {
    for: ({ server }) => started.get(server) ?? null,
    settings: Object.fromEntries([...started].map(([kind, server]) => [kind, server.settings])),
    [Symbol.asyncDispose]: stopAll,
  }
}

const start: Readonly<Record<System['server'], () => Promise<Server | null>>> = {
  postgres: startPostgresServer,
  redis: startRedisServer,
  file: openFiles,
}
