import { expect, test } from 'vitest'
import { canary, leaksIn } from '../../scripts/check/leaks.ts'
import { judge } from '../../scripts/check/step.ts'

const inBase64 = Buffer.from(`${canary}, a secret`).toString('base64')

/** Names of tests are printed too, so that none shows what it is about. */
const leaks = {
  'a phone number': [`{"to":"+12025551007"}`, '+12025551007'],
  'a phone number in a URL': ['/calls?to=%2B493012345678', '%2B493012345678'],
  metadata: [`{"metadata":{"customer":"${canary}-metadata"}}`, `${canary}-metadata`],
  'a webhook secret': [`whsec_${inBase64}`, inBase64],
  'the password of a database': ['connecting to postgresql://postgres:hunter2@127.0.0.1:5432/ebra', 'postgresql://postgres:hunter2@'],
} as const

test.each(Object.keys(leaks) as (keyof typeof leaks)[])('%s is found', (name) => {
  const [text, leak] = leaks[name]
  expect(leaksIn(`before ${text} after`)).toEqual([leak])
})

test('a secret is found by itself', () => {
  expect(leaksIn('error: password hunter2 is wrong', ['hunter2', 'other'])).toEqual(['hunter2'])
})

test.each([
  '{"to":"+1202•••••07"}',
  'like +12025550123',
  '{"time":1202555100749,"pid":4930}',
  '0198493012345678-4930-7000',
  'like postgres://user:password@host:5432/name',
  'postgres://127.0.0.1:5432/ebra',
])('%s is none', (text) => {
  expect(leaksIn(text)).toEqual([])
})

test('a step that ends well fails where it wrote what no log may show; one that fails may show what it compared', () => {
  const output = `{"metadata":"${canary}-metadata"}`
  expect(judge(0, output)).toEqual({ passed: false, complaint: `It wrote what no log may show: ${canary}-metadata` })
  expect(judge(1, output)).toEqual({ passed: false, complaint: null })
  expect(judge(null, 'vitest does not start')).toEqual({ passed: false, complaint: null })
  expect(judge(0, 'All is well.')).toEqual({ passed: true, complaint: null })
})
