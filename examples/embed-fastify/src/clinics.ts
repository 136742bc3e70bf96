const clinics = new Map<unknown, string>([
  ['key-of-north', 'north'],
  ['key-of-south', 'south'],
])

/** The clinic that a key belongs to; undefined for a key that is nobody's. */
export function clinicOf(key: unknown): string | undefined {
  return clinics.get(key)
}
