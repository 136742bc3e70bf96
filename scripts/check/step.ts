import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { leaksIn } from './leaks.ts'

/** One program that passes by exiting with 0, and by writing nothing that no log may show. */
export interface Step {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  /** Shows its output as it comes. Defaults to showing it at the end, and only if it failed. */
  readonly streams?: boolean
}

/** How a step went. */
export interface StepResult {
  readonly name: string
  readonly passed: boolean
  readonly seconds: number
}

/** Runs the step at the root of the repository, with its tools found first, and says how it went. */
export async function runStep(step: Step): Promise<StepResult> {
  const began = performance.now()
  if (step.streams) console.log(`… ${step.name}`)
  const { code, output } = await run(step)
  const { passed, complaint } = judge(code, output)
  const result = { name: step.name, passed, seconds: (performance.now() - began) / 1000 }
  if (!passed && !step.streams) console.log(output)
  if (complaint !== null) console.log(complaint)
  console.log(`${result.passed ? '✓' : '✗'} ${step.name} ${result.passed ? '' : 'failed '}(${result.seconds.toFixed(1)} s)`)
  return result
}

/** Whether a step that ended so has passed, and what its own output does not say of it. */
export function judge(code: number | null, output: string): { readonly passed: boolean; readonly complaint: string | null } {
  // A test that failed shows what it compared.
  const leaks = code === 0 ? leaksIn(output) : []
  const complaint = leaks.length === 0 ? null : `It wrote what no log may show: ${leaks.slice(0, 10).join(', ')}`
  return { passed: code === 0 && complaint === null, complaint }
}

function run({ program, args, streams = false }: Step): Promise<{ code: number | null; output: string }> {
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter)
  const env = { ...process.env, PATH: path, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) }
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (streams) {
    child.stdout.pipe(process.stdout)
    child.stderr.pipe(process.stderr)
  }
  return new Promise((resolve) => {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
    child.on('error', (error) => resolve({ code: null, output: `${program} does not start: ${error.message}` }))
    child.on('close', (code) => resolve({ code, output }))
  })
}

const root = fileURLToPath(new URL('../..', import.meta.url))
