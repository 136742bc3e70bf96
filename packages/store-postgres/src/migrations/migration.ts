/** A step from one schema to the next. Once released it never changes. */
export interface Migration {
  /** From 1, without gaps. */
  readonly number: number
  readonly name: string
  /** The number of the last migration that code has to know of to work on a database with this one. An additive migration repeats that of the one before. */
  readonly minCode: number
  /** Names everything in the schema `ebra`, which stands for the schema that is migrated. */
  readonly sql: string
}
