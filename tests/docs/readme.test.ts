import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { extracted } from './extracted.ts'
import { codeBlocks, readPage, root } from './pages.ts'

const page = readPage('README.md')
const [quickStart] = codeBlocks(page, 'ts')
const curls = codeBlocks(page, 'sh').filter(({ code }) => code.includes('curl '))

describe('the readme', () => {
  test('has a quick start of at most twenty lines', () => {
    expect(quickStart?.code.trimEnd().split('\n').length).toBeLessThanOrEqual(20)
  })

  test('has a quick start that runs, and prints what it says', async () => {
    const folder = await extracted({ 'quick-start.ts': quickStart?.code ?? '' })
    const { stdout, stderr } = await run(process.execPath, ['--conditions=@ebra/source', join(folder, 'quick-start.ts')])

    expect(stderr).toBe('')
    expect(page.text).toContain(`\`\`\`\n${stdout}\`\`\``)
  })

  test.each(['express', 'fastify'])('has curl lines that the reference server answers as they stand, in %s', async (adapter) => {
    const url = await startServer({ HTTP_ADAPTER: adapter })

    for (const { code } of curls) {
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', `${strictCurl}\n${code.replaceAll('http://127.0.0.1:3000', url)}`])
      expect(stdout).toContain('{')
    }
    expect(curls).not.toEqual([])
  })
})

/** Fails where the server refuses. */
const strictCurl = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }'

/** The reference server on a free port and a database of its own, until the test is over. Resolves to its address. */
async function startServer(variables: Readonly<Record<string, string>>): Promise<string> {
  const cwd = await extracted({})
  const main = join(root, 'examples/reference-server/src/main.ts')
  const { PATH = '' } = process.env
  const env = { PATH, PORT: '0', SQLITE_FILE: 'readme.db', ...variables }
  const server = spawn(process.execPath, ['--conditions=@ebra/source', main], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(server, 'exit')
  onTestFinished(async () => {
    server.kill('SIGKILL')
    await ended
  })
  const output: string[] = []
  for await (const chunk of server.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output.push(chunk)
    const [, url] = /curl -X POST (http:\/\/127\.0\.0\.1:\d+)\/calls/.exec(output.join('')) ?? []
    if (url !== undefined) return url
  }
  throw new Error(`The reference server ended before it listened:\n${output.join('')}`)
}

const run = promisify(execFile)
