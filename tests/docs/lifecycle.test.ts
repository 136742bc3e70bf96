import { describe, expect, test } from 'vitest'
import type { Fact } from '../../packages/core/src/domain/facts.ts'
import { lifecycle, type Standing } from '../../packages/core/src/domain/lifecycle.ts'
import { standingOf, transition } from '../../packages/core/src/domain/transition.ts'
import { aRecord, noon, rules, written } from '../../packages/core/test/domain/lifecycle-fixtures.ts'
import { arrows, keysOf } from '../../scripts/lifecycle/arrows.ts'
import { withLifecycle } from '../../scripts/lifecycle/draw.ts'
import { namesIn, readPage, tableUnder } from './pages.ts'

const page = readPage('docs/call-lifecycle.md')

describe('the page of the lifecycle', () => {
  test('shows the table that the code reads: "node scripts/lifecycle-diagram.ts" draws it anew', () => {
    expect(withLifecycle(page.text)).toBe(page.text)
  })

  test('draws every way that an attempt can go, and no other', () => {
    const drawn = arrows.map(({ from, fact, to }) => `${from} ${fact} ${to}`)

    expect(waysTaken().toSorted()).toEqual(drawn.toSorted())
  })

  test('explains every fact and every move', () => {
    const explained = ['fact', 'move'].flatMap((heads) => tableUnder(page, 'An attempt', { heads }).flatMap(([names]) => namesIn(names)))
    const moves = new Set(Object.values(lifecycle).flatMap((row) => Object.values<string>(row)))

    expect(explained).toEqual(expect.arrayContaining([...keysOf(lifecycle.PLACING), ...moves].filter((word) => word !== 'ignore')))
  })

  test.each([
    ['A call', ['PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'EXPIRED', 'CANCELED']],
    ['An attempt', ['PLACING', 'LIVE', 'UNCONFIRMED', 'HELD', 'ENDED']],
    ['Outcomes', ['completed', 'voicemail', 'no-answer', 'busy', 'failed', 'rejected', 'canceled', 'lost']],
  ])('has a row for each word under "%s"', (heading, words) => {
    expect(tableUnder(page, heading).flatMap(([word]) => namesIn(word))).toEqual(words)
  })
})

/** Every way that `transition` takes for every fact in every standing, whatever the host chose. */
function waysTaken(): readonly string[] {
  const choices = ['retry', 'expire', 'hold'] as const
  const ways = keysOf(standings).flatMap((from) =>
    facts.flatMap((fact) =>
      choices.map((choice) => {
        const decided = transition(standings[from], fact, rules({ onLost: { unconfirmed: choice, silent: choice } }))
        const to = decided.kind === 'applied' ? standingOf(written(standings[from], decided.write)) : from
        return { from, to, way: `${from} ${fact.kind} ${to}` }
      }),
    ),
  )
  return [...new Set(ways.filter(({ from, to }) => from !== to).map(({ way }) => way))]
}

const standings: Readonly<Record<Standing, ReturnType<typeof aRecord>>> = {
  PLACING: aRecord(),
  LIVE: aRecord({ attempt: { status: 'LIVE', phase: 'queued' } }),
  UNCONFIRMED: aRecord({ attempt: { status: 'UNCONFIRMED' } }),
  HELD: aRecord({ attempt: { status: 'HELD' } }),
  GUESSED: aRecord({ call: { status: 'PENDING' }, attempt: { status: 'ENDED', putBack: true } }),
  ENDED: aRecord({ call: { status: 'COMPLETED' }, attempt: { status: 'ENDED', outcome: 'completed' } }),
}

const ids = { providerCallId: 'p-1', aliases: [] } as const

const facts: readonly Fact[] = [
  { kind: 'accepted', providerState: {}, ...ids },
  { kind: 'unanswered', message: 'timeout' },
  { kind: 'refused', refusal: { kind: 'rejected', code: '422', message: 'bad number' }, by: 'dial', details: {} },
  { kind: 'refused', refusal: { kind: 'throttled', code: '429', message: 'slow down' }, by: 'dial', details: {} },
  { kind: 'postponed', reason: 'quiet hours', retryInMs: 1_000 },
  { kind: 'not-sent', message: 'late', retryInMs: 0 },
  { kind: 'absent' },
  { kind: 'withdrawn', reason: 'opted out' },
  { kind: 'progress', phase: 'ringing', details: {}, ...ids },
  { kind: 'ended', outcome: 'completed', details: {}, ...ids },
  { kind: 'details', details: { summary: 'short' }, outcome: null },
  { kind: 'nothing-new' },
  { kind: 'lost', message: 'silent', lastSignAt: noon },
  { kind: 'resolved', verdict: { ended: 'completed' } },
  { kind: 'resolved', verdict: 'not-rang' },
]
