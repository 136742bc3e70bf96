import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measure } from './measure.ts'
import type { BenchOptions } from './options.ts'
import { describeEnvironment } from './report/environment.ts'
import { writePage } from './report/page.ts'
import type { ScenarioResult } from './report/result.ts'
import { saveResult } from './report/save.ts'
import { tableOf } from './report/table.ts'
import type { Scenario } from './scenario.ts'
import { type Servers, startServers } from './servers/servers.ts'

/** Measures, prints and keeps what was asked for. Resolves to whether every run passed its check. The signal is heard between runs. */
export async function runBench(options: BenchOptions, signal: AbortSignal): Promise<boolean> {
  await using servers = await startServers(options.systems)
  const environment = describeEnvironment(options.systems, servers.settings)
  console.log(environment.lines.join('\n'))
  let isWell = true
  for (const scenario of options.scenarios) {
    const result = await measureScenario(scenario, options, { servers, facts: environment.facts, signal })
    console.log(`\n${tableOf(scenario, result)}`)
    keep(result, options)
    isWell &&= result.cases.every(({ systems }) => systems.every(({ failures }) => failures.length === 0))
  }
  return isWell
}

async function measureScenario(
  scenario: Scenario,
  { systems, size, rounds }: BenchOptions,
  { servers, facts, signal }: { readonly servers: Servers; readonly facts: ScenarioResult['environment']; readonly signal: AbortSignal },
): Promise<ScenarioResult> {
  const taking = systems.filter((system) => (system.onlyIn?.includes(scenario.name) ?? true) && (scenario.takes?.(system) ?? true))
  const say = (line: string) => process.stderr.write(`${scenario.name} · ${line}\n`)
  const cases = await measure({ scenario, systems: taking, size, rounds, servers, say, signal })
  return {
    scenario: scenario.name,
    title: scenario.title,
    date: new Date().toISOString(),
    size,
    rounds,
    figures: scenario.figures,
    references: scenario.references.filter((reference) => taking.some(({ name }) => name === reference)),
    comparesCases: scenario.comparesCases ?? false,
    environment: facts,
    cases,
  }
}

/** Tiny counts say nothing of speed: they are kept only where somebody asked for it. */
function keep(result: ScenarioResult, { into, size }: BenchOptions): void {
  if (into !== null) saveResult(result, { results: resolve(into), charts: resolve(into) })
  else if (size === 'full') {
    saveResult(result, { results: inRepository('../results'), charts: inRepository('../../docs/performance') })
    writePage()
  }
}

function inRepository(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
