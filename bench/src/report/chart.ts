import type { CaseResult, ScenarioResult, Spread, SystemResult } from './result.ts'

const width = 860
const labelWidth = 250
const barWidth = 470
const row = 24
const caseHead = 34
const top = 64

/** The first figure of every case as bars with their range, one panel below the other on one scale. */
export function chartOf(result: ScenarioResult): string {
  const figure = result.figures[0] ?? { name: '', title: '' }
  const all = result.cases.flatMap(({ systems }) => systems.map((system) => system.figures[figure.name]?.max ?? 0))
  const scale = barWidth / Math.max(1e-9, ...all)
  const panels: string[] = []
  let y = top
  for (const each of result.cases) {
    panels.push(panelOf(each, y, (system, top) => barOf(system, system.figures[figure.name], { y: top, scale })))
    y += caseHead + each.systems.length * row
  }
  const { commit, cores } = result.environment
  const origin = `${figure.title} · ${result.date.slice(0, 10)} · commit ${commit} · ${cores} cores · medians of ${result.rounds}, whiskers from min to max`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y + 16}" viewBox="0 0 ${width} ${y + 16}" role="img" aria-label="${escaped(result.title)}">`,
    `<style>text{font:13px system-ui,sans-serif;fill:#1f2937}.title{font-size:17px;font-weight:600}.case{font-weight:600}.note{font-size:11px;fill:#6b7280}`,
    `.bar{fill:#94a3b8}.ours{fill:#2563eb}.whisker{stroke:#1f2937;stroke-width:1.2}</style>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text class="title" x="16" y="28">${escaped(result.title)}</text>`,
    `<text class="note" x="16" y="47">${escaped(origin)}</text>`,
    ...panels,
    '</svg>\n',
  ].join('\n')
}

function panelOf({ name, systems }: CaseResult, y: number, bar: (system: SystemResult, y: number) => string): string {
  const bars = systems.map((system, index) => bar(system, y + caseHead + index * row))
  return [`<text class="case" x="16" y="${y + 22}">${escaped(name)}</text>`, ...bars].join('\n')
}

function barOf(system: SystemResult, spread: Spread | undefined, { y, scale }: { readonly y: number; readonly scale: number }): string {
  const middle = y + row / 2
  const label = `<text x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end">${escaped(system.title)}</text>`
  if (spread === undefined) {
    const why = system.isInstalled ? 'no figure: failed its check' : 'not installed'
    return `${label}<text class="note" x="${labelWidth}" y="${middle + 4}">${why}</text>`
  }
  const at = (value: number) => (labelWidth + value * scale).toFixed(1)
  const kind = system.system.startsWith('ebra') ? 'bar ours' : 'bar'
  return [
    label,
    `<rect class="${kind}" x="${labelWidth}" y="${y + 4}" width="${(spread.median * scale).toFixed(1)}" height="${row - 8}" rx="2"/>`,
    `<line class="whisker" x1="${at(spread.min)}" x2="${at(spread.max)}" y1="${middle}" y2="${middle}"/>`,
    `<text x="${labelWidth + barWidth + 10}" y="${middle + 4}">${numeral(spread.median)}</text>`,
  ].join('')
}

/** Three significant digits, thousands apart. */
function numeral(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en').replaceAll(',', ' ') : String(Number(value.toPrecision(3)))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
