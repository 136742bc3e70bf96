import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** How long the disk under the databases takes to keep 8 kB for good, in microseconds: the median of a hundred. Next to nothing: it is memory, and no rate means anything. */
export function flushMicros(): number {
  const folder = mkdtempSync(join(tmpdir(), 'ebra-flush-'))
  const file = openSync(join(folder, 'page'), 'w')
  try {
    const micros = Array.from({ length: 100 }, () => timeFlush(file)).toSorted((a, b) => a - b)
    return Math.round(micros[50] ?? 0)
  } finally {
    closeSync(file)
    rmSync(folder, { recursive: true })
  }
}

function timeFlush(file: number): number {
  const start = performance.now()
  writeSync(file, Buffer.alloc(8_192, 1))
  fdatasyncSync(file)
  return (performance.now() - start) * 1_000
}
