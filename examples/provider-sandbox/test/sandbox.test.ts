import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

describe('the provider sandbox', () => {
  it('takes a call and shows it, under its key alone', async () => {
    await using sandbox = await startSandbox({ SANDBOX_RING_MS: '0', SANDBOX_DURATION_MS: '0', SANDBOX_OUTCOMES: 'COMPLETED=1' })
    const dial = (key: string) =>
      fetch(`${sandbox.url}/calls`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'idempotency-key': 'call-1.1' },
        body: JSON.stringify({ to: '+12025550123', scriptId: 'welcome', attemptId: 'call-1.1' }),
      })
    expect((await dial('wrong')).status).toBe(401)
    expect((await dial('sandbox')).status).toBe(201)
    const summary = await fetch(`${sandbox.url}/_ledger`)
    expect(await summary.json()).toMatchObject({ posts: 1, rings: 1 })
  })

  it('prints the line that starts the reference server against it', async () => {
    await using sandbox = await startSandbox({ SANDBOX_API_KEY: 'k-1', SANDBOX_WEBHOOK_SECRET: '' })
    expect(sandbox.greeting).toContain(`  USE_SIMULATOR=false PROVIDER_BASE_URL=${sandbox.url} PROVIDER_API_KEY=k-1 npm start`)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('ends well on %s', async (signal) => {
    await using sandbox = await startSandbox({})
    sandbox.child.kill(signal)
    expect(await once(sandbox.child, 'exit')).toEqual([0, null])
  })

  it('that is told nonsense names every variable and ends', async () => {
    const child = runSandbox({ PORT: 'x', SANDBOX_FAULTS: 'hang=2' }, [])
    const complaint = await textOf(child.stderr)
    expect(complaint).toBe(`The sandbox cannot start:
  PORT: port must be a whole number from 0 to 65535, not "x".
  SANDBOX_FAULTS: faults.hang must be a share from 0 to 1, not 2.
`)
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(1)
  })

  it('lists its settings', async () => {
    const child = runSandbox({}, ['--help'])
    expect(await textOf(child.stdout)).toMatch(/--ring-ms, SANDBOX_RING_MS +How long phones ring \(500-2000\)/)
  })
})

interface Sandbox extends AsyncDisposable {
  readonly child: ChildProcess
  readonly url: string
  readonly greeting: string
}

async function startSandbox(environment: Readonly<Record<string, string>>): Promise<Sandbox> {
  const child = runSandbox(environment, ['--port', '0'])
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (line.startsWith('What it has seen')) break
  }
  const greeting = lines.join('\n')
  const [, url = expect.fail(greeting)] = /listens on (\S+)\. /.exec(greeting) ?? []
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  return { child, url, greeting, [Symbol.asyncDispose]: stop }
}

function runSandbox(environment: Readonly<Record<string, string>>, args: readonly string[]) {
  const program = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const env = { PATH: process.env['PATH'], ...environment }
  return spawn(process.execPath, ['--conditions=@ebra/source', program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
