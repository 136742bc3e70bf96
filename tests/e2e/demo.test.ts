import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from './program.ts'
import { scratchFolder } from './scratch-folder.ts'

const demo = 'examples/demo/src/main.ts'

describe('the demo', () => {
  // The main job: an API, three workers and a platform, each a process, on a Postgres of their own.
  it('calls a list of 2 000 on Postgres with four processes: all calls end, the cap holds, no phone rings twice', {
    timeout: 300_000,
  }, async () => {
    await using folder = await scratchFolder()
    await using program = runProgram(demo, { cwd: folder.path, args: ['--postgres'] })
    expect([await program.exited, program.lines.join('\n')]).toEqual([{ code: 0, signal: null }, expect.stringMatching(verdict)])
    expect(program.lines).toContain('1960 of 2000 rows are enqueued.')
    expect(program.lines.filter((line) => line.includes('is left out'))).toHaveLength(40)
  })

  it('calls a list of one’s own on SQLite, and says by line what is wrong with it', { timeout: 60_000 }, async () => {
    await using folder = await scratchFolder()
    const file = join(folder.path, 'mine.csv')
    await writeFile(file, 'scriptId,to,name\nwelcome,+12025550123,"Ada, of\nLovelace"\nwelcome,911,Nobody\nwelcome\n,+12025550124,Grace\n')
    await using program = runProgram(demo, { cwd: folder.path, args: ['--file', file] })
    expect(await program.exited).toEqual({ code: 0, signal: null })
    expect(program.lines.slice(1, 5)).toMatchInlineSnapshot(`
      [
        "  line 4 is left out: to: Expected a phone number in E.164 form ("+" and 7 to 15 digits, like +12025550123), got a string of 3 characters.",
        "  line 5 is left out: Invalid Record Length: columns length is 3, got 1 on line 5",
        "  line 6 is left out: scriptId: Expected the id of a script, 1 to 200 characters, got an empty string.",
        "1 of 4 rows are enqueued.",
      ]
    `)
  })

  it('tells what it does not understand', async () => {
    await using folder = await scratchFolder()
    await using program = runProgram(demo, { cwd: folder.path, args: ['--rows', 'many'] })
    expect(await program.exited).toEqual({ code: 1, signal: null })
    expect(program.lines).toEqual(['--rows must be a number from 1 to 2500, it is "many".'])
  })
})

const verdict =
  /Calls that have not ended +0\n.*live calls that the platform saw +([12]?\d|30) \(the cap is 30\)\n.*rang twice +0\n.*while they were live +0\n/
