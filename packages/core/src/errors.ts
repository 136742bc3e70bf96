/** Every code of an {@link EbraError}, the same words on the wire. Each has a paragraph in `docs/errors.md`. */
export const errorCodes = [
  'VALIDATION_FAILED',
  'CALL_NOT_FOUND',
  'CALL_NOT_PENDING',
  'CALL_ENDED',
  'CALL_NOT_ENDED',
  'ATTEMPT_NOT_RESOLVABLE',
  'IDEMPOTENCY_KEY_REUSED',
  'GATE_NOT_FOUND',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'SIGNATURE_INVALID',
  'BODY_TOO_LARGE',
  'BODY_UNREADABLE',
  'METHOD_NOT_ALLOWED',
  'PROVIDER_UNKNOWN',
  'STORE_UNAVAILABLE',
  'INTAKE_FULL',
  'SCHEMA_INCOMPATIBLE',
  'CONFIGURATION_INVALID',
  'STOPPED',
] as const

/** What went wrong, as a word to branch on. */
export type ErrorCode = (typeof errorCodes)[number]

/** The base of every error that Ebra throws on purpose. Branch on `code`: it survives bundling and two copies of the package, `instanceof` does not. */
export class EbraError extends Error {
  override readonly name: string = 'EbraError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Tells an {@link EbraError} from any other thrown value, by its code. */
export function isEbraError(error: unknown, code?: ErrorCode): error is EbraError {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  return code === undefined ? errorCodes.some((known) => known === error.code) : error.code === code
}

/** One thing that is wrong with an input: where, and what was expected. */
export interface InputProblem {
  /** Dots and brackets: `metadata.customer.id`, `calls[3].to`. Empty for the input as a whole. */
  readonly path: string
  readonly message: string
}

/** An input breaks the rules; `errors` lists every problem at once. */
export class ValidationError extends EbraError {
  override readonly name = 'ValidationError'
  readonly errors: readonly InputProblem[]

  constructor(errors: readonly InputProblem[]) {
    super('VALIDATION_FAILED', `The input is not valid. ${errors.map(describeProblem).join(' ')}`)
    this.errors = errors
  }
}

/** No call has this id (within the tenant that asked). */
export class CallNotFoundError extends EbraError {
  override readonly name = 'CallNotFoundError'
  readonly callId: string

  constructor(callId: string) {
    super('CALL_NOT_FOUND', `There is no call "${callId}".`)
    this.callId = callId
  }
}

/** Only PENDING calls can be changed. */
export class CallNotPendingError extends EbraError {
  override readonly name = 'CallNotPendingError'
  readonly callId: string

  constructor(callId: string, status: string) {
    super('CALL_NOT_PENDING', `Call "${callId}" cannot be updated: it is ${status}. Only PENDING calls can be changed.`)
    this.callId = callId
  }
}

/** A call that has ended cannot be canceled. */
export class CallEndedError extends EbraError {
  override readonly name = 'CallEndedError'
  readonly callId: string

  constructor(callId: string, status: string) {
    super('CALL_ENDED', `Call "${callId}" cannot be canceled: it is ${status}. Only PENDING and IN_PROGRESS calls can be canceled.`)
    this.callId = callId
  }
}

/** Only a call that has ended can be retried or erased. */
export class CallNotEndedError extends EbraError {
  override readonly name = 'CallNotEndedError'
  readonly callId: string

  constructor(callId: string, action: 'retried' | 'erased', status: string) {
    super('CALL_NOT_ENDED', `Call "${callId}" cannot be ${action}: it is ${status}. Only a call that has ended can be ${action}.`)
    this.callId = callId
  }
}

/** Only an UNCONFIRMED or HELD attempt waits for the host's verdict. */
export class AttemptNotResolvableError extends EbraError {
  override readonly name = 'AttemptNotResolvableError'
  readonly attemptId: string

  constructor(attemptId: string, status: string | null) {
    const fact = status === null ? 'there is no such attempt' : `it is ${status}`
    super(
      'ATTEMPT_NOT_RESOLVABLE',
      `Attempt "${attemptId}" cannot be resolved: ${fact}. Only UNCONFIRMED and HELD attempts can be resolved.`,
    )
    this.attemptId = attemptId
  }
}

/** The idempotency key belongs to a call with other input. */
export class IdempotencyKeyReusedError extends EbraError {
  override readonly name = 'IdempotencyKeyReusedError'
  readonly callId: string

  constructor(callId: string) {
    super(
      'IDEMPOTENCY_KEY_REUSED',
      `This idempotency key belongs to call "${callId}", which was enqueued with other input. Use a new key for a new call.`,
    )
    this.callId = callId
  }
}

/** No gate has this id: it may have opened by itself. */
export class GateNotFoundError extends EbraError {
  override readonly name = 'GateNotFoundError'

  constructor(gateId: string) {
    super('GATE_NOT_FOUND', `There is no closed gate "${gateId}". It may have opened by itself.`)
  }
}

/** A name that no provider of this process bears. */
export class ProviderUnknownError extends EbraError {
  override readonly name = 'ProviderUnknownError'

  constructor(provider: string, known: readonly string[]) {
    super('PROVIDER_UNKNOWN', `There is no provider "${provider}". This process has ${known.map((name) => `"${name}"`).join(', ')}.`)
  }
}

/** The database did not answer, was locked too long, or is full. Safe to try again; a call is enqueued only once `enqueue` has returned. */
export class StoreUnavailableError extends EbraError {
  override readonly name = 'StoreUnavailableError'
  /** True when a COMMIT was sent and its answer never came: the change may have been made. */
  readonly isCommitUnknown: boolean

  constructor(message: string, options: ErrorOptions & { readonly isCommitUnknown?: boolean } = {}) {
    super('STORE_UNAVAILABLE', message, options)
    this.isCommitUnknown = options.isCommitUnknown ?? false
  }
}

/** Too many webhooks wait for their commit; the sender should try again. */
export class IntakeFullError extends EbraError {
  override readonly name = 'IntakeFullError'

  constructor(waiting: number) {
    super('INTAKE_FULL', `${waiting} webhooks wait to be written. Try again in a few seconds.`)
  }
}

/** The database was migrated by a release that this code cannot work beside, or was not migrated at all. */
export class SchemaIncompatibleError extends EbraError {
  override readonly name = 'SchemaIncompatibleError'

  constructor(message: string) {
    super('SCHEMA_INCOMPATIBLE', message)
  }
}

/** Options, environment or mounting are wrong: nothing that waiting would mend. */
export class ConfigurationError extends EbraError {
  override readonly name = 'ConfigurationError'

  constructor(message: string, options?: ErrorOptions) {
    super('CONFIGURATION_INVALID', message, options)
  }
}

/** The orchestrator was stopped, or never knew the operation that was asked of it. */
export class StoppedError extends EbraError {
  override readonly name = 'StoppedError'

  constructor(message = 'This orchestrator was stopped. Make a new one to go on.') {
    super('STOPPED', message)
  }
}

/** The URI that names a kind of problem on the wire: `urn:ebra:problem:call-not-found`. */
export function problemUri(code: string): string {
  return `urn:ebra:problem:${code.toLowerCase().replaceAll('_', '-')}`
}

function describeProblem({ path, message }: InputProblem): string {
  return path === '' ? message : `${path}: ${message}`
}
