import type { PostgresClient, PostgresPool, PostgresPoolClient } from './pool.ts'
import { AnswerTimeout } from './unavailable.ts'

/** A client that was borrowed from a pool. It notices when its connection breaks, and waits for no answer longer than it was told to. */
export class BorrowedClient implements PostgresClient {
  readonly #client: PostgresPoolClient
  readonly #answerTimeoutMs: number
  #lost: Error | undefined

  private constructor(client: PostgresPoolClient, answerTimeoutMs: number) {
    this.#client = client
    this.#answerTimeoutMs = answerTimeoutMs
    client.on('error', this.#onError)
  }

  /** Rejects if there is none in time; one that comes later goes back to the pool. */
  static borrow(pool: PostgresPool, connectTimeoutMs: number, answerTimeoutMs: number): Promise<BorrowedClient> {
    return new Promise((resolve, reject) => {
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        reject(new AnswerTimeout(connectTimeoutMs))
      }, connectTimeoutMs)
      pool.connect((error, client) => {
        clearTimeout(timer)
        if (client === undefined) return reject(error ?? new Error('Connection terminated: the pool gave no client.'))
        if (isLate) return client.release()
        resolve(new BorrowedClient(client, answerTimeoutMs))
      })
    })
  }

  async query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new AnswerTimeout(this.#answerTimeoutMs)), this.#answerTimeoutMs)
    })
    try {
      return await Promise.race([this.#client.query(text, values), timeout])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Gives it back; `isUsable` says whether anybody else may have it. */
  giveBack({ isUsable }: { readonly isUsable: boolean }): void {
    if (!isUsable) this.#lost ??= new Error('The connection is of no further use.')
    this.#client.release(this.#lost)
    // One that broke may tell so once more, and then nobody else would listen.
    if (this.#lost === undefined) this.#client.off('error', this.#onError)
  }

  readonly #onError = (error: Error) => {
    this.#lost = error
  }
}
