import { EbraError } from '../errors.ts'

/** `authorize` does not know who asks. */
export class UnauthenticatedError extends EbraError {
  override readonly name = 'UnauthenticatedError'

  constructor() {
    super('UNAUTHENTICATED', 'This request says not, or not truly, who sends it. Send the credentials that the host asks for.')
  }
}

/** `authorize` knows who asks, and does not allow it. */
export class ForbiddenError extends EbraError {
  override readonly name = 'ForbiddenError'

  constructor(operation: string) {
    super('FORBIDDEN', `These credentials do not allow the operation "${operation}".`)
  }
}

/** A body has more bytes than its route takes. */
export class BodyTooLargeError extends EbraError {
  override readonly name = 'BodyTooLargeError'

  constructor(limitBytes: number) {
    super('BODY_TOO_LARGE', `The body has more than the ${limitBytes} bytes that this route takes.`)
  }
}

/** A body was cut off, or is no JSON. */
export class BodyUnreadableError extends EbraError {
  override readonly name = 'BodyUnreadableError'

  constructor(message: string, options?: ErrorOptions) {
    super('BODY_UNREADABLE', message, options)
  }
}
