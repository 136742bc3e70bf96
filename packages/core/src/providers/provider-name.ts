import { describeValue } from '../domain/input-description.ts'
import { providerNamePattern } from '../domain/input-fields.ts'
import { ConfigurationError } from '../errors.ts'

/** The name, where it can be part of a webhook path and of a column; throws a ConfigurationError that begins with `where` else. */
export function requireProviderName(where: string, name: string): string {
  if (typeof name === 'string' && providerNamePattern.test(name)) return name
  throw new ConfigurationError(`${where}: name must be 1 to 32 of a-z, 0-9 and "-", beginning with a letter, got ${describeValue(name)}.`)
}
