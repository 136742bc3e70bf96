import { type Store, StoreUnavailableError } from '@ebra/core'

/** A database that can be taken away. */
export interface StoreSwitch {
  /** `gone`: every method throws STORE_UNAVAILABLE. `silent`: none ever answers. */
  set(state: 'there' | 'gone' | 'silent'): void
}

/** The store, and a switch that takes its database away as an outage would. */
export function switchable(store: Store): { readonly store: Store; readonly database: StoreSwitch } {
  let state: Parameters<StoreSwitch['set']>[0] = 'there'
  const always = new Set<PropertyKey>(['close', 'open', 'onWake'])
  const proxy = new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      if (always.has(name) || state === 'there') return value.bind(target)
      return () =>
        state === 'silent' ? new Promise(() => {}) : Promise.reject(new StoreUnavailableError('connect ECONNREFUSED 10.0.0.5:5432'))
    },
  })
  const database: StoreSwitch = {
    set(next) {
      state = next
    },
  }
  return { store: proxy, database }
}
