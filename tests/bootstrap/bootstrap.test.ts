import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { createMiniature, outcomeOf } from './miniature.ts'

const fetchPnpm = expect.stringMatching(/^npx --yes --prefer-offline -p pnpm@\d/)
const fetchNode = expect.stringMatching(/^npx --yes --prefer-offline node@\d[^ ]* -p process.execPath$/)
const install = 'pnpm install --frozen-lockfile --prefer-offline'
const build = 'build --no-dts'

describe('the bootstrap', () => {
  test('installs, builds and runs the program with its arguments on the first start', async () => {
    using miniature = createMiniature()

    const { code, stdout } = await miniature.run(['start', '--port', '4000'])

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ args: ['--port', '4000'], node: process.execPath })
    expect(miniature.asked()).toEqual([fetchPnpm, install, build])
  })

  test('asks nobody for anything on the second start', async () => {
    using miniature = createMiniature()
    await miniature.run()
    miniature.asked()

    const { code, stderr } = await miniature.run()

    expect({ code, stderr, asked: miniature.asked() }).toEqual({ code: 0, stderr: '', asked: [] })
  })

  test('builds again when a source has changed', async () => {
    using miniature = createMiniature()
    await miniature.run()
    miniature.asked()
    miniature.write('packages/core/src/pump.ts', 'export {}')

    await miniature.run()

    expect(miniature.asked()).toEqual([build])
  })

  test('installs again when the lockfile or a manifest has changed, with the pnpm that it knows', async () => {
    using miniature = createMiniature()
    await miniature.run()
    miniature.asked()
    miniature.write('packages/core/package.json', '{ "dependencies": {} }')

    await miniature.run()

    expect(miniature.asked()).toEqual([install, build])
  })

  test('builds again when what is there was built of other sources meanwhile', async () => {
    using miniature = createMiniature()
    await miniature.run()
    miniature.asked()
    miniature.write('node_modules/.ebra/built', 'the hash of other sources')

    await miniature.run()

    expect(miniature.asked()).toEqual([build])
  })

  test('installs from nothing when somebody took the tools away', async () => {
    using miniature = createMiniature()
    await miniature.run()
    miniature.asked()
    miniature.remove('node_modules/vitest')
    miniature.write('node_modules/left-over/package.json', '{}')

    await miniature.run()

    expect(miniature.asked()).toEqual([install])
    expect(() => miniature.read('node_modules/left-over/package.json')).toThrow('ENOENT')
  })

  test('installs and builds once when two are started at the same time', async () => {
    using miniature = createMiniature()

    const runs = await Promise.all([miniature.run(['start', 'a']), miniature.run(['start', 'b'])])

    expect(runs.map(({ code }) => code)).toEqual([0, 0])
    expect(miniature.asked()).toEqual([fetchPnpm, install, build])
  })

  test('takes over the lock of a process that is gone', async () => {
    using miniature = createMiniature()
    miniature.write('node_modules/.ebra/lock', '2147483646')

    expect(await miniature.run()).toMatchObject({ code: 0 })
  })

  test('says what failed when the installation does, and tries again the next time', async () => {
    using miniature = createMiniature()

    const failed = await miniature.run(['start'], { NO_REGISTRY: '1' })
    const second = await miniature.run()

    expect(failed).toMatchObject({ code: 1, stdout: '' })
    expect(failed.stderr).toContain('the registry is out of reach\npnpm install failed; its reason stands above.')
    expect(second).toMatchObject({ code: 0 })
  })
})

describe('on an old Node, the bootstrap', () => {
  const old = { NODE_OPTIONS: '--import ./old-node.mjs' }

  test('runs everything on a newer one that npx fetches once', async () => {
    using miniature = createMiniature()

    const first = await miniature.run(['start'], old)
    const askedFirst = miniature.asked()
    const second = await miniature.run(['start'], old)

    expect(first.stderr).toContain('This is Node 20.20.2. Fetching Node 24.21.0, once …')
    expect(askedFirst).toEqual([fetchNode, fetchPnpm, install, build])
    expect(JSON.parse(second.stdout)).toMatchObject({ path: expect.stringMatching(/^[^:]+\/bin:/) })
    expect(miniature.asked()).toEqual([])
  })

  test('says which Node is needed where npx has none', async () => {
    using miniature = createMiniature()

    const { code, stderr } = await miniature.run(['start'], { ...old, NO_NODE: '1' })

    expect(code).toBe(1)
    expect(stderr).toContain('Ebra needs Node 22.18 or newer, this is 20.20.2, and npx has no Node 24.21.0 for')
    expect(stderr).toContain('install one from https://nodejs.org and run this again.')
  })
})

describe('the program', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'gets the %s that the bootstrap got, once, and its exit code is the bootstrap’s',
    async (signal) => {
      using miniature = createMiniature()
      miniature.write('server.mjs', waitingFor(signal))
      const bootstrap = miniature.start()
      const outcome = outcomeOf(bootstrap)
      await once(bootstrap.stdout!, 'data')

      bootstrap.kill(signal)

      expect(await outcome).toMatchObject({ code: 7, stdout: `up\n${signal}\n` })
    },
  )

  test('that was killed makes the bootstrap end as a shell would', async () => {
    using miniature = createMiniature()
    miniature.write('server.mjs', "process.kill(process.pid, 'SIGKILL')")

    expect(await miniature.run()).toMatchObject({ code: 137 })
  })
})

function waitingFor(signal: NodeJS.Signals): string {
  return `
    const alive = setInterval(() => {}, 1000)
    process.on('${signal}', () => { console.log('${signal}'); process.exitCode = 7; clearInterval(alive) })
    console.log('up')`
}
