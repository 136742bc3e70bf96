import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { signWebhook, verifyWebhook } from '../../src/providers/standard-webhooks.ts'
import { secret } from './dial-fixtures.ts'

const otherSecret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const at = new Date('2026-03-01T10:00:00.700Z')
const rawBody = Buffer.from('{"status":"COMPLETED"}')

function setup() {
  const headers = { ...signWebhook({ id: 'msg_1', at, rawBody }, [secret]) }
  const verify = (changes: { headers?: Record<string, string>; rawBody?: Uint8Array; secrets?: string[]; now?: Date } = {}) =>
    verifyWebhook(
      { headers: { ...headers, ...changes.headers }, rawBody: changes.rawBody ?? rawBody },
      { secrets: changes.secrets ?? [secret], now: () => changes.now ?? at },
    )
  return { headers, verify }
}

describe('signWebhook', () => {
  test('makes the signature of the published example', () => {
    const headers = signWebhook({ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: new Date(1_614_265_330_000), rawBody: '{"test": 2432232314}' }, [
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    ])
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  test('agrees with the reference library on any message and key', () => {
    const key = fc.uint8Array({ minLength: 24, maxLength: 64 })
    const message = fc.record({
      id: fc.stringMatching(/^[a-z0-9_]{1,40}$/),
      body: fc.json(),
      seconds: fc.integer({ min: 1, max: 9_999_999_999 }),
    })
    fc.assert(
      fc.property(key, message, (bytes, { id, body, seconds }) => {
        const shared = `whsec_${Buffer.from(bytes).toString('base64')}`
        const sent = new Date(seconds * 1000)
        expect(signWebhook({ id, at: sent, rawBody: body }, [shared])['webhook-signature']).toBe(new Webhook(shared).sign(id, sent, body))
      }),
      { numRuns: 200 },
    )
  })

  test('signs once with every secret, and the reference library accepts each', () => {
    const now = new Date()
    const headers = { ...signWebhook({ id: 'msg_1', at: now, rawBody }, [secret, otherSecret]) }
    expect(new Webhook(secret).verify(rawBody.toString(), headers)).toEqual({ status: 'COMPLETED' })
    expect(new Webhook(otherSecret).verify(rawBody.toString(), headers)).toEqual({ status: 'COMPLETED' })
  })
})

describe('verifyWebhook', () => {
  test('accepts what was signed with any of its secrets and gives back the id', () => {
    const { verify } = setup()
    expect(verify()).toEqual({ kind: 'verified', webhookId: 'msg_1' })
    expect(verify({ secrets: [otherSecret, secret] })).toEqual({ kind: 'verified', webhookId: 'msg_1' })
  })

  test('accepts what the reference library signed', () => {
    const { verify } = setup()
    const signature = new Webhook(secret).sign('msg_1', at, rawBody.toString())
    expect(verify({ headers: { 'webhook-signature': signature } }).kind).toBe('verified')
  })

  test('refuses another body, id, timestamp or secret', () => {
    const { verify } = setup()
    const unsigned = { kind: 'unauthenticated', message: 'No signature in webhook-signature was made with one of our secrets.' }
    expect(verify({ rawBody: Buffer.from('{"status":"COMPLETED" }') })).toEqual(unsigned)
    expect(verify({ headers: { 'webhook-id': 'msg_2' } })).toEqual(unsigned)
    expect(verify({ headers: { 'webhook-timestamp': '1772359201' } })).toEqual(unsigned)
    expect(verify({ secrets: [otherSecret] })).toEqual(unsigned)
  })

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('refuses a request whose %s is empty', (name) => {
    const { verify } = setup()
    expect(verify({ headers: { [name]: '' } })).toEqual({
      kind: 'unauthenticated',
      message: 'The headers webhook-id, webhook-timestamp and webhook-signature are all needed.',
    })
  })

  test('tolerates 300 seconds either way and not one more', () => {
    const { verify } = setup()
    const late = { kind: 'unauthenticated', message: 'webhook-timestamp is more than 300 seconds from the time of this machine.' }
    const seconds = (count: number) => new Date(Math.floor(at.getTime() / 1000) * 1000 + count * 1000)
    expect(verify({ now: seconds(300) }).kind).toBe('verified')
    expect(verify({ now: seconds(-300) }).kind).toBe('verified')
    expect(verify({ now: seconds(301) })).toEqual(late)
    expect(verify({ now: seconds(-301) })).toEqual(late)
  })

  test.each(['1772359200.5', '1e9', '-1', ' 1772359200', '0x10', '1234567890123', '1772359200, 1772359200', 'NaN'])(
    'refuses the timestamp %j, which the reference library may read',
    (timestamp) => {
      const { verify } = setup()
      expect(verify({ headers: { 'webhook-timestamp': timestamp } })).toEqual({
        kind: 'unauthenticated',
        message: 'webhook-timestamp must be seconds since 1970, 1 to 12 digits.',
      })
    },
  )

  test('looks at 8 signatures and refuses 9', () => {
    const { verify, headers } = setup()
    const foreign = Array(7).fill(`v1,${Buffer.alloc(32).toString('base64')}`)
    const signatures = (list: string[]) => ({ headers: { 'webhook-signature': list.join(' ') } })
    expect(verify(signatures([...foreign, headers['webhook-signature']])).kind).toBe('verified')
    expect(verify(signatures([...foreign, 'v1a,x', headers['webhook-signature']]))).toEqual({
      kind: 'unauthenticated',
      message: 'webhook-signature holds more than 8 signatures.',
    })
  })

  test('passes over other versions and refuses signatures of another form', () => {
    const { verify, headers } = setup()
    const good = headers['webhook-signature']
    const kindWith = (signature: string) => verify({ headers: { 'webhook-signature': signature } }).kind
    expect(kindWith(`v1a,anything ${good}`)).toBe('verified')
    for (const bad of [
      good.slice(3),
      good.replace('v1,', 'v2,'),
      `${good},x`,
      good.slice(0, -1),
      `${good}=`,
      ` ${good.slice(0, 10)}`,
      good.toUpperCase(),
    ]) {
      expect(kindWith(bad)).toBe('unauthenticated')
    }
  })
})

describe('a secret', () => {
  const advice = `Make one with: node -p "'whsec_' + require('node:crypto').randomBytes(32).toString('base64')"`

  test.each([
    ['secret with no prefix', `secret must start with "whsec_". ${advice}`],
    ['whsec_not base64!', `secret must be "whsec_" followed by padded base64. ${advice}`],
    ['whsec_YWJjZA', `secret must be "whsec_" followed by padded base64. ${advice}`],
    [`whsec_${Buffer.alloc(23).toString('base64')}`, `secret must hold at least 24 bytes, it holds 23. ${advice}`],
    ['whsec_', `secret must hold at least 24 bytes, it holds 0. ${advice}`],
  ])('such as %j is refused with advice', (bad, message) => {
    expect(() => signWebhook({ id: 'msg_1', at, rawBody }, [bad])).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION_INVALID', message }),
    )
  })
})
