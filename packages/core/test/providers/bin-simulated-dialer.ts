import { SimulatedProvider } from '../../src/providers/simulated-provider.ts'
import { callContext, dialRequest } from './dial-fixtures.ts'

// Dials one call that takes an hour, prints its id, and waits for the end of its input.
const provider = new SimulatedProvider({ durationMs: 3_600_000 })
const accepted = await provider.place(dialRequest(), callContext())
process.stdout.write(`${accepted.kind === 'accepted' ? accepted.providerCallId : accepted.kind}\n`)
process.stdin.resume()
