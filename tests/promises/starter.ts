import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StarterMessage, StarterSettings } from './release-settings.ts'

/** What became of stores that were opened at once. */
interface Opened {
  /** The migrations of each store that has applied any. */
  readonly migrated: readonly (readonly string[])[]
  /** Of each that was refused: with which words. */
  readonly refusals: readonly string[]
}

/** Opens stores in so many processes at once, each of which opens as many as the settings say. */
export async function openAtOnce(processes: number, settings: StarterSettings): Promise<Opened> {
  const starters = Array.from({ length: processes }, () => start(settings))
  await Promise.all(starters.map((starter) => hear(starter, 'ready')))
  const done = starters.map((starter) => hear(starter, 'done'))
  for (const starter of starters) starter.send('go')
  const said = await Promise.all(done)
  return { migrated: said.flatMap(({ migrated }) => migrated), refusals: said.flatMap(({ refusals }) => refusals) }
}

function start(settings: StarterSettings): ChildProcess {
  return fork(fileURLToPath(new URL('bin-starter.ts', import.meta.url)), [JSON.stringify(settings)], {
    execArgv: ['--conditions=@ebra/source'],
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(tmpdir(), 'ebra-compiled') },
  })
}

async function hear<TKind extends StarterMessage['kind']>(
  starter: ChildProcess,
  kind: TKind,
): Promise<Extract<StarterMessage, { kind: TKind }>> {
  const ended = once(starter, 'exit').then(([code]) =>
    Promise.reject(new Error(`A process ended with code ${code} before it was "${kind}".`)),
  )
  const [message] = (await Promise.race([once(starter, 'message'), ended])) as [StarterMessage]
  if (message.kind !== kind) throw new Error(`A process was "${message.kind}" when it should have been "${kind}".`)
  return message as Extract<StarterMessage, { kind: TKind }>
}
