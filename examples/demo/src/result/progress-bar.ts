const width = 40

/** A line that is drawn again and again on a terminal; nothing where the output goes anywhere else. */
export class ProgressBar {
  readonly #output: NodeJS.WriteStream

  constructor(output: NodeJS.WriteStream) {
    this.#output = output
  }

  draw(done: number, total: number, remark: string): void {
    if (!this.#output.isTTY) return
    const filled = Math.round((width * done) / total)
    this.#output.write(`\r\x1b[K${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done}/${total} ${remark}`)
  }

  clear(): void {
    if (this.#output.isTTY) this.#output.write('\r\x1b[K')
  }
}
