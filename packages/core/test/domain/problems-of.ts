import { type InputProblem, ValidationError } from '../../src/errors.ts'

/** The problems of an input; none if it is taken. Any other error is thrown on. */
export function problemsOf(read: () => unknown): readonly InputProblem[] {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof ValidationError) return error.errors
    throw error
  }
}
