import { randomBytes } from 'node:crypto'
import type { Connection } from './connection.ts'
import { readLimits } from './control.ts'
import { queries, statement } from './statement.ts'

/** Reads the secret of the installation; the first who asks makes it. */
export function installationKey(connection: Connection): Uint8Array {
  return connection.write((transaction) => {
    const known = readLimits(transaction).installation_key
    if (known !== null) return new Uint8Array(known)
    const key = randomBytes(32)
    transaction.run(keepKey, { key })
    return new Uint8Array(key)
  })
}

const keepKey = statement(({ key }: { key: Uint8Array }) =>
  queries.updateTable('ebra_control').set({ installation_key: key }).where('installation_key', 'is', null),
)
