import fc from 'fast-check'
import { getExampleNumber, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { describe, expect, test } from 'vitest'
import { countryOf, phoneNumberProblem, phoneNumberRule } from '../../src/domain/phone-number.ts'

const form = 'Expected a phone number in E.164 form ("+" and 7 to 15 digits, like +12025550123).'

describe('a phone number', () => {
  test.each([
    '+12025550123',
    '+18765550123',
    '+14165550123',
    '+447911123456',
    '+4930123456',
    '+390612345678',
    '+80012345678',
    '+8821612345',
  ])('%s is taken', (number) => {
    expect(phoneNumberProblem(number)).toBeNull()
  })

  test('of a range that no table knows yet is taken for its length', () => {
    expect(parsePhoneNumberFromString('+12375550123')?.isValid()).toBe(false)
    expect(phoneNumberProblem('+12375550123')).toBeNull()
  })

  test.each([
    '',
    '12025550123',
    '+02025550123',
    '+1202555',
    '+1 202 555 0123',
    '+1202555012345678',
    '+12025550123\n',
    '+1202555012a',
    '＋12025550123',
  ])('%j is refused for its form, or its length', (number) => {
    expect(phoneNumberProblem(number)).not.toBeNull()
  })

  test('is refused with the reason, which does not show it', () => {
    expect(phoneNumberProblem('12025550123')).toBe(form)
    expect(phoneNumberProblem('+120255501234')).toBe('Expected a phone number with as many digits as those of +1 have, got 12 in all.')
    expect(phoneNumberProblem('+12025550')).toBe('Expected a phone number with as many digits as those of +1 have, got 8 in all.')
    expect(phoneNumberProblem('+8001234567')).toBe('Expected a phone number with as many digits as those of +800 have, got 10 in all.')
    expect(phoneNumberProblem('+2101234567')).toBe('Expected a phone number with a calling code that exists.')
    expect(phoneNumberProblem('+4407911123456')).toBe('Expected a phone number without a national prefix (the 0 of "+44 (0)").')
  })

  test('in use in any country is taken: its example number has no problem', () => {
    for (const country of Object.keys(examples).filter((code) => isSupportedCountry(code))) {
      const number = getExampleNumber(country, examples)?.number ?? ''
      expect([country, phoneNumberProblem(number)]).toEqual([country, null])
    }
  })

  test('is taken if libphonenumber finds it possible as it stands, and never if it does not', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+[1-9]\d{6,14}$/), (number) => {
        const parsed = parsePhoneNumberFromString(number)
        const isPossible = parsed?.isPossible() ?? false
        if (phoneNumberProblem(number) === null) expect(isPossible).toBe(true)
        else expect(isPossible && parsed?.number === number).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a country', () => {
  test.each([
    ['+12025550123', 'US'],
    ['+14165550123', 'CA'],
    ['+18765550123', 'JM'],
    ['+17875550123', 'PR'],
    ['+447624123456', 'IM'],
    ['+77012345678', 'KZ'],
    ['+79161234567', 'RU'],
    ['+80012345678', null],
    ['+447700900123', null],
  ])('of %s is %s', (number, country) => {
    expect(countryOf(number)).toBe(country)
  })

  test('that is not allowed is refused, and so is a number whose country cannot be told', () => {
    const rule = phoneNumberRule({ allowedCountries: ['US', 'GB'] })
    expect(rule('+12025550123')).toBeNull()
    expect(rule('+18765550123')).toBe('Expected a phone number of an allowed country, got one of JM.')
    expect(rule('+80012345678')).toBe('Expected a phone number of an allowed country; the country of this one cannot be told.')
  })

  test('that does not exist is a configuration error', () => {
    const asText: object = { allowedCountries: 'US' }
    expect(() => phoneNumberRule({ allowedCountries: ['DE', 'us'] })).toThrow(
      'allowedCountries must be a list of ISO 3166-1 alpha-2 codes, got "us". Did you mean "US"?',
    )
    expect(() => phoneNumberRule(asText)).toThrow('allowedCountries must be a list of ISO 3166-1 alpha-2 codes, got "US".')
  })
})

describe("the host's own check", () => {
  test('has the last word, after the allowed countries', () => {
    const asked: string[] = []
    const checkNumber = (number: string) => {
      asked.push(number)
      return number.endsWith('9') ? 'On the do-not-call list.' : null
    }
    const rule = phoneNumberRule({ allowedCountries: ['US'], checkNumber })
    expect([rule('+12025550123'), rule('+12025550129'), rule('+4930123456')]).toEqual([
      null,
      'On the do-not-call list.',
      'Expected a phone number of an allowed country, got one of DE.',
    ])
    expect(asked).toEqual(['+12025550123', '+12025550129'])
  })

  test.each([[true], [false], [undefined], [Promise.resolve(null)]])('must answer with a sentence or null, not with %j', (answer) => {
    const options: object = { checkNumber: () => answer }
    expect(() => phoneNumberRule(options)('+12025550123')).toThrow(
      /^checkNumber must return a sentence that refuses the number, or null, got (true|false|nothing|a Promise)\.$/,
    )
  })

  test('is not needed', () => {
    expect(phoneNumberRule({})('+12025550123')).toBeNull()
  })
})
