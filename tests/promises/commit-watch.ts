import { aroundStatements } from './around-statements.ts'

/** A commit on SQLite, and whether the connection that made it waits for the disk. */
interface WatchedCommit {
  readonly isFull: boolean
}

/** Sees every commit of this process on a file, by whichever connection, until it is disposed. */
export function watchCommits(file: string): Disposable & { readonly commits: readonly WatchedCommit[] } {
  const commits: WatchedCommit[] = []
  watched.set(file, commits)
  return { commits, [Symbol.dispose]: () => void watched.delete(file) }
}

const watched = new Map<string, WatchedCommit[]>()
const full = 2

aroundStatements(({ database, file, source }, work) => {
  if (source === 'COMMIT') watched.get(file)?.push({ isFull: database.pragma('synchronous', { simple: true }) === full })
  return work()
})
