/**
 * A phone number as a log may show it: its first four digits and its last two, `+1202•••••23`. At least five digits stay hidden, so a short one shows fewer at its
 * beginning. Any other string is hidden as a whole, its length too.
 */
export function maskPhoneNumber(number: string): string {
  if (!/^\+\d{7,15}$/.test(number)) return '•••••'
  const shownFirst = Math.min(4, number.length - 1 - shownLast - leastHidden)
  const hidden = number.length - 1 - shownFirst - shownLast
  return number.slice(0, 1 + shownFirst) + '•'.repeat(hidden) + number.slice(-shownLast)
}

/** Masks what looks like a phone number within a sentence, for instance a platform's own error message: `+` and 7 to 15 digits, spaced or not; or 10 to 15 digits alone. */
export function maskPhoneNumbersIn(text: string): string {
  return text.replace(/(?<![\w.-])(?:\+\d(?:[ ().-]*\d){6,14}|\d{10,15})(?![\w-])/g, (found) =>
    maskPhoneNumber(`+${found.replace(/\D/g, '')}`),
  )
}

const shownLast = 2
const leastHidden = 5
