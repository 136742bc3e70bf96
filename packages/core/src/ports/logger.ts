/** What of a pino logger the library uses. Phone numbers are masked before they come here; bodies and metadata never do. */
export interface Logger {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}
