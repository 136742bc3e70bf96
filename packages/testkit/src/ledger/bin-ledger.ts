import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { createLedger } from './create-ledger.ts'

// A ledger as a program. The first line of its input is its options as JSON, the first line of its output its address, or why it could not start.
// It ends with its input, so that none is left behind when the parent dies, however it dies.
const input = createInterface({ input: process.stdin })
const inputEnded = once(input, 'close')
const [options] = await once(input, 'line')

try {
  const ledger = await createLedger(JSON.parse(options))
  process.once('SIGTERM', () => void ledger.close())
  void inputEnded.then(() => ledger.close())
  say({ url: ledger.url })
  await ledger.closed
} catch (error) {
  say({ failure: String(error) })
  process.exitCode = 1
}
process.stdin.destroy()

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
