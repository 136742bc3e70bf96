import { readSync } from 'node:fs'
import { SqliteStore } from '@ebra/store-sqlite'
import { aroundStatements } from './around-statements.ts'
import { handsOn, operations, raceTime, untilIdle } from './held-open-operations.ts'
import type { HeldMessage, HeldOrder } from './held-open-sqlite.ts'

// Does what its parent tells it, and stops in the middle. Its one argument is the file of the database.
const [file = ''] = process.argv.slice(2)
/** Taken by its number: `process.stdin` would make it one that does not wait. */
const standardInput = 0
/** Statements until the stop; null: there is none. */
let left: number | null = null

aroundStatements(({ source }, work) => {
  if (left !== null && !source.includes('data_version')) {
    left -= 1
    if (left === 0) waitForParent()
  }
  return work()
})

const hands = await handsOn(new SqliteStore({ file }), raceTime)
process.on('message', (order: HeldOrder) => void obey(order))
process.once('disconnect', () => process.exit())
say({ kind: 'ready' })

async function obey({ operation, stopBefore }: HeldOrder): Promise<void> {
  left = stopBefore
  const words = await operations[operation](hands)
  await untilIdle()
  left = null
  say({ kind: 'ended', words })
}

/** Stands still with whatever it has open, as a process does that is frozen. */
function waitForParent(): void {
  say({ kind: 'held' })
  readSync(standardInput, Buffer.alloc(1))
}

function say(message: HeldMessage): void {
  process.send?.(message)
}
