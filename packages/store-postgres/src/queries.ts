import type { CallStatus } from '@ebra/core'
import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'

/** What queries read of the schema. A record is JSON of the view's own making. */
export interface Database {
  readonly calls: {
    readonly id: string
    readonly tenant: string | null
    readonly to_number: string
    readonly live_number: string | null
    readonly script_id: string
    readonly status: CallStatus
    readonly created_at: string
  }
  readonly call_counts: { readonly status: CallStatus; readonly present: string; readonly entered: string }
  readonly call_records: { readonly id: string; readonly record: unknown }
  readonly attempt_records: { readonly call_id: string; readonly number: number; readonly record: unknown }
}

/** What a function of the schema may be given. */
export type Argument = string | number | null | readonly string[]

/**
 * Builds the queries and calls of one schema. It has no connection: whoever holds a query decides where it runs. All answers come as text, since a host may have told `pg` to parse
 * JSON, numbers and instants in ways of its own.
 */
export class Queries {
  readonly schema: string
  readonly db: Kysely<Database>
  readonly #calls = new Map<string, string>()

  constructor(schema: string) {
    this.schema = schema
    this.db = compiler.withSchema(schema)
  }

  /** A reference to something in the schema. */
  ref(name: string): RawBuilder<unknown> {
    return sql.id(this.schema, name)
  }

  /** A call of one of the schema's functions. */
  call(name: string, args: readonly Argument[]): CompiledQuery<{ readonly answer: string | null }> {
    const known = this.#calls.get(name)
    if (known !== undefined) return CompiledQuery.raw(known, [...args]) as CompiledQuery<{ readonly answer: string | null }>
    const query = sql<{ answer: string | null }>`select ${this.ref(name)}(${sql.join(args)})::text as answer`.compile(compiler)
    this.#calls.set(name, query.sql)
    return query
  }

  /** Calls as clients read them. */
  callRecords() {
    return this.db.selectFrom('call_records').select(sql<string>`record::text`.as('record'))
  }

  /** Attempts as clients read them. */
  attemptRecords() {
    return this.db.selectFrom('attempt_records').select(sql<string>`record::text`.as('record'))
  }

  /** A template, compiled. */
  compile<TRow>(template: RawBuilder<TRow>): CompiledQuery<TRow> {
    return template.compile(compiler)
  }
}

const compiler = new Kysely<Database>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})
