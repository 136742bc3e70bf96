import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

// Its input ends when the process that set the guard ends, however that came about.
const [, , folder] = process.argv
if (folder) process.stdin.resume().once('close', () => endCluster(folder))

async function endCluster(folder: string): Promise<void> {
  const pid = Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n', 1)[0])
  if (pid > 0) await endProcess(pid)
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

async function endProcess(pid: number): Promise<void> {
  for (let tries = 0; tries < 100 && signal(pid, tries < 50 ? 'SIGQUIT' : 'SIGKILL'); tries++) await pause(50)
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
