import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartOf } from './chart.ts'
import type { ScenarioResult } from './result.ts'

/** Keeps a result and its chart, under the name of its scenario. */
export function saveResult(result: ScenarioResult, folders: { readonly results: string; readonly charts: string }): void {
  mkdirSync(folders.results, { recursive: true })
  mkdirSync(folders.charts, { recursive: true })
  writeFileSync(join(folders.results, `${result.scenario}.json`), `${JSON.stringify(result, null, 2)}\n`)
  writeFileSync(join(folders.charts, `${result.scenario}.svg`), chartOf(result))
}
