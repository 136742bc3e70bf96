import { spawn } from 'node:child_process'
import type { Cluster } from './cluster.ts'

/** A process that outlives this one by as long as it takes to end the cluster's server and delete its data. */
export interface OrphanGuard {
  /** The cluster is gone in good order. */
  dismiss(): void
}

/** Sets a guard on the cluster: a runner that is killed can clean up nothing itself, and its Postgres would run on for ever. */
export function guardCluster({ folder }: Cluster): OrphanGuard {
  const program = new URL(import.meta.url.endsWith('.ts') ? './bin-orphan-guard.ts' : './bin-orphan-guard.js', import.meta.url)
  const guard = spawn(process.execPath, [program.pathname, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  guard.unref()
  return { dismiss: () => guard.kill('SIGKILL') }
}
