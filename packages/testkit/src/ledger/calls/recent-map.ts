/** A map of the newest entries: setting a new key beyond `limit` drops the oldest one. */
export class RecentMap<TKey, TValue> {
  readonly #entries = new Map<TKey, TValue>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: TKey): TValue | undefined {
    return this.#entries.get(key)
  }

  set(key: TKey, value: TValue): void {
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#limit) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }
}
