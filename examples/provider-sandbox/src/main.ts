import { createLedger, type LedgerOptions } from '@ebra/testkit/ledger'
import { greeting, help } from './greeting.ts'
import { readSettings } from './read-settings.ts'

const settings = readSettings(process.env, process.argv.slice(2))

if (settings.kind === 'options') await serve(settings.options)
else if (settings.kind === 'help') console.log(help())
else fail(['The sandbox cannot start:', ...settings.problems].join('\n  '))

async function serve(options: LedgerOptions): Promise<void> {
  try {
    const sandbox = await createLedger(options)
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void sandbox.close())
    console.log(greeting(sandbox.url, options))
    await sandbox.closed
  } catch (error) {
    fail(`The sandbox cannot start: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function fail(reason: string): void {
  console.error(reason)
  process.exitCode = 1
}
