import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  type QueryExecutorProvider,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely'
import type { Tables } from './schema.ts'

/**
 * Writes parameters as `+?`. SQLite compiles a statement again whenever another value is bound to a bare `?` behind `limit`, or compared in a query with an order, in the hope of a better plan:
 * measured, 7 to 90 µs for each run of a statement that takes 1.
 */
class StableQueryCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return '+?'
  }
}

/** Builds queries and compiles them. It has no database: better-sqlite3 runs what it makes, synchronously. */
export const queries = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new StableQueryCompiler(),
  },
})

/** What SQLite stores and gives back. */
export type SqliteValue = string | number | Uint8Array | null

/** Parameters by their names. */
export type Parameters<TParams> = { readonly [K in keyof TParams]: SqliteValue }

/** SQL that is compiled once, at its first use, and then run with ever new parameters. */
export interface Statement<TParams, TRow> {
  readonly sql: string
  /** The parameters in the order of the SQL. */
  valuesOf(params: TParams): readonly SqliteValue[]
  /** What a row is: only a type. */
  readonly row?: TRow
}

/** A query, or a `sql` template. */
export interface Buildable<TRow> {
  compile(provider: QueryExecutorProvider): CompiledQuery<TRow>
}

/** Makes a statement of a query that is built from its parameters as if they were values; each becomes a `?`. */
export function statement<TParams extends Parameters<TParams>, TRow>(
  build: (params: TParams) => Buildable<TRow>,
): Statement<TParams, TRow> {
  let compiled: Compiled<TParams> | undefined
  function compiledOnce(): Compiled<TParams> {
    compiled ??= compile(build)
    return compiled
  }
  return {
    get sql() {
      return compiledOnce().sql
    },
    valuesOf: (params) => compiledOnce().slots.map((slot) => (slot instanceof Parameter ? params[slot.name] : slot)),
  }
}

/** The values of a JSON array, for `in`: a list of any length is one parameter. */
export function valuesIn<T extends SqliteValue>(json: string): RawBuilder<T> {
  return sql<T>`(select value from json_each(${json}))`
}

interface Compiled<TParams> {
  readonly sql: string
  readonly slots: readonly (Parameter<TParams> | SqliteValue)[]
}

/** Stands where a value will be. */
class Parameter<TParams> {
  readonly name: keyof TParams

  constructor(name: keyof TParams) {
    this.name = name
  }
}

function compile<TParams extends Parameters<TParams>, TRow>(build: (params: TParams) => Buildable<TRow>): Compiled<TParams> {
  const standIns = new Proxy({} as TParams, { get: (_target, name) => new Parameter<TParams>(name as keyof TParams) })
  const { sql, parameters } = build(standIns).compile(queries)
  return { sql, slots: parameters as readonly (Parameter<TParams> | SqliteValue)[] }
}
