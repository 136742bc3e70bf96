import { describe, expect, it } from 'vitest'
import { seed } from './chance.ts'
import { fleetOf } from './fleet.ts'
import { keepResult } from './results.ts'
import { patience, sized } from './size.ts'
import { highestCapacity, runRace, type SlotRace, setUpRace } from './slot-race.ts'
import { startProgram } from './worker.ts'
import { databaseKinds } from './worker-settings.ts'

const racers = 8
const rounds = sized(12, 1_000)
const roundsPerRestart = sized(6, 25)

describe.each(databaseKinds)(
  `${racers} processes that race for the slots of %s while the capacity goes up and down (seed ${seed})`,
  (database) => {
    it('never have more calls live than a capacity allowed since they were claimed', { timeout: patience(120_000) }, async () => {
      await using race = await setUpRace(database, 'exact')
      const { scene, history, chance } = race
      const start = (concurrency: number) =>
        scene.startWorker({ takesWebhooks: false, conduct: { ...scene.settings.conduct, concurrency } })
      await using fleet = fleetOf(Array.from({ length: racers }, () => start(chance.between(1, highestCapacity))))
      await fleet.started
      const { rings, looks } = await runRace(race, rounds, async (round) => {
        if (round % roundsPerRestart !== roundsPerRestart - 1) return changeCapacity(race)
        const concurrency = chance.between(1, highestCapacity)
        const { configured, override } = await scene.office.control()
        const possible = override === null ? [configured ?? 0, concurrency] : [override]
        await history.during(possible, () => fleet.replace(chance.between(0, racers - 1), () => start(concurrency)))
      })

      expect({ rings, looks }).toMatchObject({ rings: { beyond: 0 }, looks: { beyond: 0 } })
      expect(looks.full).toBeGreaterThan(rounds)
      keepResult({
        row: 14,
        promise: `${racers} processes race for the slots of ${database} while the capacity goes up and down`,
        n: rounds,
        result: `beyond the capacity: 0 of ${rings.moments} rings, of which ${rings.full} took the last slot; 0 of ${looks.moments} looks at the rows, of which ${looks.full} found no slot left`,
      })
    })

    it('would be caught: claims that count first and take then go beyond it', { timeout: patience(120_000) }, async () => {
      await using race = await setUpRace(database, 'naive')
      await using fleet = fleetOf(Array.from({ length: racers }, () => startProgram('bin-naive-worker.ts', race.scene.settings)))
      await fleet.started
      const { rings, looks } = await runRace(race, rounds, () => changeCapacity(race))

      expect(rings.beyond).toBeGreaterThan(0)
      expect(looks.beyond).toBeGreaterThan(0)
      keepResult({
        row: 14,
        promise: `The same race on ${database} with a claim that counts and then takes`,
        n: rounds,
        result: `beyond the capacity, as it has to be: ${rings.beyond} of ${rings.moments} rings, ${looks.beyond} of ${looks.moments} looks at the rows`,
      })
    })
  },
)

/** Sets the operator's capacity, or takes it back. */
async function changeCapacity({ scene, history, chance }: SlotRace): Promise<void> {
  const drawn = chance.between(0, highestCapacity)
  const { configured } = await scene.office.control()
  const override = drawn === 0 && configured !== null ? null : Math.max(1, drawn)
  await history.during([override ?? configured ?? 0], () => scene.office.setConcurrency(override))
}
