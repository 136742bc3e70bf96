import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A path for a database in a folder of its own. The folder is removed with the value. */
export class TemporaryFile implements Disposable {
  readonly path: string
  readonly #folder: string

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'ebra-sqlite-'))
    this.path = join(this.#folder, 'ebra.db')
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}
