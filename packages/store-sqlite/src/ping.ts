import type { Connection } from './connection.ts'
import { readLimits } from './control.ts'

/** Reads a row, so that a file which is gone or damaged is noticed. */
export function ping(connection: Connection): void {
  connection.read(readLimits)
}
