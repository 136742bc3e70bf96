import type { Scenario } from './scenario.ts'
import { backlog } from './scenarios/backlog.ts'
import { enqueue } from './scenarios/enqueue.ts'
import { heldTransaction } from './scenarios/held-transaction.ts'
import { idle } from './scenarios/idle.ts'
import { lifecycle } from './scenarios/lifecycle.ts'
import { memory } from './scenarios/memory.ts'
import { pickup } from './scenarios/pickup.ts'
import { reading } from './scenarios/reading.ts'
import { turnaround } from './scenarios/turnaround.ts'
import { utilisation } from './scenarios/utilisation.ts'

/** Everything that is measured, in the order in which it runs. */
export const scenarios: readonly Scenario[] = [
  lifecycle,
  enqueue,
  backlog,
  heldTransaction,
  pickup,
  turnaround,
  utilisation,
  idle,
  memory,
  reading,
]

/** Throws for a name that no scenario has. */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found === undefined)
    throw new Error(`No scenario is named "${name}". There are ${scenarios.map((scenario) => scenario.name).join(', ')}.`)
  return found
}
