/**
 * Freezes a value of plain objects and lists through and through: what is handed out and kept at the same time must not change under those who keep it. Dates can
 * still be set.
 */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}
