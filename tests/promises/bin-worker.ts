import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import { isEbraError } from '@ebra/core'
import { setCrashHook } from '@ebra/core/testing'
import { receiveWebhooks } from './webhook-server.ts'
import { orchestratorOf, type Trap, type WorkerMessage, type WorkerSettings } from './worker-settings.ts'

// A worker that dials, and takes the webhooks of its platform where its public URL says. Its one argument is its settings as JSON. SIGTERM stops it, and then it ends by itself.
const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings
const orchestrator = orchestratorOf(settings, { debug: log, info: log, warn: log, error: log })
const { publicUrl } = settings.conduct

if (settings.trap !== null) layTrap(settings.trap)
process.once('SIGTERM', () => void stop())
// The orchestrator holds no process up; the parent does, by its channel.
process.once('disconnect', () => void orchestrator.stop())
orchestrator.on('error', ({ error }) => process.stderr.write(`${error.stack}\n`))
const server = settings.takesWebhooks && publicUrl !== undefined ? await receiveWebhooks(orchestrator, publicUrl) : null
await startUntilItWorks()
say({ kind: 'started' })

/** As a host would: a database that does not answer is waited for. */
async function startUntilItWorks(): Promise<void> {
  for (;;) {
    try {
      return await orchestrator.start()
    } catch (error) {
      if (!isEbraError(error, 'STORE_UNAVAILABLE')) throw error
      await pause(50)
    }
  }
}

async function stop(): Promise<void> {
  say({ kind: 'stopping', at: Date.now() })
  await orchestrator.stop({ graceMs: 500 })
  await server?.[Symbol.asyncDispose]()
  process.disconnect()
}

function layTrap({ point: place, passes, action }: Trap): void {
  let passed = 0
  setCrashHook((point) => {
    if (point !== place || passed++ < passes) return
    setCrashHook(null)
    say({ kind: 'trapped', at: Date.now() })
    if (action === 'wait') return new Promise<void>(() => undefined)
    process.kill(process.pid, 'SIGSTOP')
    return undefined
  })
}

/** All that a logger could show of what it is given; the parent looks for what none may show. */
function log(facts: object, message: string): void {
  process.stdout.write(`${message} ${inspect(facts, { depth: null })}\n`)
}

function say(message: WorkerMessage): void {
  process.send?.(message)
}
