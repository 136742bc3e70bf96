import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import type { LedgerLine } from './journal-lines.ts'

/**
 * The ledger's append-only file.
 *
 * Lines that come while the disk is busy are written and flushed together, so that many requests share one flush. After the first failure
 * every append fails: a ledger that cannot write must not look like one that saw nothing.
 */
export class Journal {
  readonly #file: FileHandle
  #collecting: Batch | null = null
  #lastFlush: Promise<void> = Promise.resolve()

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** Opens a file for appending, or makes it. What a crash tore off stays a line of its own, which readers leave out. */
  static async open(path: string): Promise<Journal> {
    const file = await open(path, 'a+')
    await endTornLine(file)
    return new Journal(file)
  }

  /** Resolves when the line is on the disk. Lines stand in the file in the order of the calls. */
  append(line: LedgerLine): Promise<void> {
    this.#collecting ??= this.#startBatch()
    this.#collecting.text += `${JSON.stringify(line)}\n`
    return this.#collecting.flushed
  }

  /** Waits for the last flush, then closes the file. */
  async close(): Promise<void> {
    try {
      await this.#lastFlush
    } finally {
      await this.#file.close()
    }
  }

  #startBatch(): Batch {
    const batch: Batch = { text: '', flushed: this.#lastFlush.then(() => this.#flush()) }
    this.#lastFlush = batch.flushed
    return batch
  }

  async #flush(): Promise<void> {
    const text = this.#collecting?.text ?? ''
    this.#collecting = null
    await this.#file.appendFile(text)
    await this.#file.datasync()
  }
}

interface Batch {
  text: string
  readonly flushed: Promise<void>
}

async function endTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat()
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
  if (bytesRead > 0 && buffer.toString() !== '\n') await file.appendFile('\n')
}
