import type { InsertResult, NewCall, Store } from '@ebra/core'

/** A store over a database that nobody else uses. */
export interface StoreUnderTest {
  /** Not opened yet: the suite opens it, and closes it. */
  readonly store: Store
  /** Another instance over the same database, as another process of the fleet would make it; the suite opens and closes it too. */
  anotherProcess?(): Store
  /** Inserts the calls within a transaction of the host's own, which then ends so. */
  insertWithin?(calls: readonly NewCall[], ending: 'commit' | 'rollback'): Promise<readonly InsertResult[]>
  /** Removes the database. Called last, when every store over it was closed. */
  cleanup(): Promise<void>
}

/** Makes an empty database and a store over it. Called anew for each case, and several times by some. */
export type CreateStore = () => Promise<StoreUnderTest>

/** What a store may be unable to do: several processes over one database, or inserts within a host's own transaction. */
export type StoreFacility = 'other-processes' | 'host-transactions'
