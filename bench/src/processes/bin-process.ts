import { scenarios } from '../all-scenarios.ts'
import { systemNamed } from '../all-systems.ts'
import { Platform } from '../platform.ts'
import type { ProcessContext, ProcessMessage, Task, TaskRequest } from './task.ts'
import { commonTasks } from './tasks.ts'

// A process under test: connects to the database that its arguments name, and performs the tasks that it is told. It ends when its parent lets go of it.
const [, , name = '', address = ''] = process.argv
const tellEveryMs = 5
let isTelling = false

const platform = new Platform(`platform-${process.pid}`, tellSoon)
const client = await systemNamed(name).connect(address, platform)
const context: ProcessContext = { client, platform }
const tasks = new Map([...commonTasks, ...scenarios.flatMap((scenario) => scenario.tasks ?? [])].map((task) => [task.name, task]))

process.on('message', (request: TaskRequest) => void perform(request))
process.once('disconnect', () => void client.close().finally(() => process.exit()))
say({ kind: 'ready' })

async function perform({ id, task: taskName, args }: TaskRequest): Promise<void> {
  try {
    const task = tasks.get(taskName)
    if (task === undefined) throw new Error(`No task is named "${taskName}": list it in the tasks of its scenario.`)
    const result = await (task as Task<unknown, unknown>)(context, args)
    say({ kind: 'done', id, result })
  } catch (error) {
    say({ kind: 'failed', id, message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

/** A message for each call would cost more than many a system does. */
function tellSoon(): void {
  if (isTelling) return
  isTelling = true
  setTimeout(() => {
    isTelling = false
    say({ kind: 'settled', count: platform.settledCount })
  }, tellEveryMs)
}

function say(message: ProcessMessage): void {
  if (process.connected) process.send?.(message)
}
