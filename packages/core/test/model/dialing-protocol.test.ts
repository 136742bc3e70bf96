import { describe, expect, it } from 'vitest'
import { dialingModel } from './dialing-model.ts'
import { type Exploration, explore } from './explore.ts'
import { type Mutant, mutants } from './mutants.ts'
import { promised, properties } from './properties.ts'
import { asBuilt, type Protocol } from './protocol.ts'
import type { Settings } from './settings.ts'
import { type Property, worldOf } from './world.ts'
import { platforms, worlds } from './worlds.ts'

const patience = { timeout: 120_000 }
const neverTwice = 'no number rings before the one before it is over, or proved absent'

describe('the dialing protocol, in every state that it can come to', () => {
  it.each(Object.entries(worlds))('keeps what it promises: %s', patience, (name, settings) => {
    const { states, broken } = exploreIn(settings, asBuilt, promised)

    process.stdout.write(`${name}: ${states} states\n`)
    expect(broken).toBeNull()
  })

  it('calls nobody twice where the host lets go of what is lost', patience, () => {
    const settings = { ...platforms.finds, onLost: { unconfirmed: 'expire', silent: 'expire' } } as const

    expect(exploreIn(settings, asBuilt, [neverTwice]).broken).toBeNull()
  })

  it('calls somebody twice only as the host chose: where it retries what is lost', patience, () => {
    const { broken } = exploreIn(platforms.blind, asBuilt, [neverTwice])

    expect(broken?.property).toBe(neverTwice)
    expect(broken?.trace).toContain('told of 1: lost')
  })
})

describe('a protocol that', () => {
  it.each(Object.entries(mutants))('%s is found out', patience, (_name, { settings, protocol, breaks }) => {
    const { broken } = exploreIn(settings, protocol, judgedOf(breaks))

    expect(broken?.property).toBe(breaks)
  })
})

function exploreIn(settings: Settings, protocol: Protocol, judged: readonly Property[]): Exploration {
  return explore(dialingModel(worldOf(settings, protocol, judged)))
}

function judgedOf(breaks: Mutant['breaks']): readonly Property[] {
  return breaks in properties ? [breaks as Property] : []
}
