import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskPhoneNumber, maskPhoneNumbersIn } from '../../src/domain/masking.ts'

test.each([
  ['+12025550123', '+1202•••••23'],
  ['+4915112345678', '+4915•••••••78'],
  ['+12345678', '+1•••••78'],
  ['+1234567', '+•••••67'],
  ['+00000000', '+0•••••00'],
  ['agent-7', '•••••'],
  ['', '•••••'],
])('%s is shown as %s', (number, shown) => {
  expect(maskPhoneNumber(number)).toBe(shown)
})

test('a masked number keeps its length and hides at least five digits', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\+[1-9]\d{6,14}$/), (number) => {
      const shown = maskPhoneNumber(number)
      expect(shown).toHaveLength(number.length)
      expect(shown.match(/•/g)?.length).toBeGreaterThanOrEqual(5)
    }),
  )
})

test.each([
  ['The number +12025550123 is not verified.', 'The number +1202•••••23 is not verified.'],
  ['The number +1 (202) 555-0123 is busy', 'The number +1202•••••23 is busy'],
  ['to=12025550123', 'to=+1202•••••23'],
  ['two: +12025550123,+4930123456', 'two: +1202•••••23,+493•••••56'],
  [
    'call 0198c7a0-1111-7222-8333-444444444444.2 got HTTP 503 after 10000 ms',
    'call 0198c7a0-1111-7222-8333-444444444444.2 got HTTP 503 after 10000 ms',
  ],
])('in %j every number is masked and nothing else', (text, shown) => {
  expect(maskPhoneNumbersIn(text)).toBe(shown)
})
