import { readdir, readFile } from 'node:fs/promises'

/** Processor time of a process, of those that it started, and of those of them that have ended, in milliseconds. Null where there is no /proc. */
export async function familyCpuMs(pid: number): Promise<number | null> {
  const parent = await readStat(pid)
  if (parent === null) return null
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const stats = await Promise.all(pids.map(readStat))
  const children = stats.filter((stat) => stat?.parentPid === pid)
  return children.reduce((sum, child) => sum + (child?.ownMs ?? 0), parent.ownMs + parent.endedChildrenMs)
}

/** Who started the process; null where there is no /proc. */
export async function parentOf(pid: number): Promise<number | null> {
  return (await readStat(pid))?.parentPid ?? null
}

interface Stat {
  readonly parentPid: number
  readonly ownMs: number
  readonly endedChildrenMs: number
}

/** See proc_pid_stat(5); the kernel counts in hundredths of a second, whatever its own tick is. */
async function readStat(pid: number): Promise<Stat | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (text === null) return null
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [parentPid = 0, user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = [1, 11, 12, 13, 14].map((index) => fields[index] ?? 0)
  return { parentPid, ownMs: (user + system) * 10, endedChildrenMs: (childrenUser + childrenSystem) * 10 }
}
