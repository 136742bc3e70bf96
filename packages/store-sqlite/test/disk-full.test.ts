import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aCall } from '@ebra/testkit'
import { expect, it } from 'vitest'
import { SqliteStore } from '../src/index.ts'
import { insertCalls } from '../src/insert-calls.ts'
import { migrate } from '../src/migrate.ts'
import { openConnection } from '../src/open-connection.ts'
import { silent } from './open-store.ts'
import { TemporaryFile } from './temporary-file.ts'

const bulky = { metadata: { text: 'x'.repeat(16_000) } }

/** A disk of four megabytes; null where this machine lets nobody mount one. */
function tinyDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'ebra-tiny-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
  return {
    file: join(folder, 'ebra.db'),
    [Symbol.dispose]() {
      execFileSync('umount', [folder])
      rmSync(folder, { recursive: true })
    },
  }
}

it('a database that is full says so, and goes on when there is room', async () => {
  using home = new TemporaryFile()
  const connection = await openConnection({ file: home.path, clock: null, busyTimeoutMs: 5 })
  migrate(connection)
  connection.execute('pragma max_page_count = 60')
  const calls = Array.from({ length: 20 }, () => aCall(bulky))
  expect(() => insertCalls(connection, { calls })).toThrow(
    expect.objectContaining({
      code: 'STORE_UNAVAILABLE',
      isCommitUnknown: false,
      message: `The database ${home.path} is full: there is no room left on its disk (SQLITE_FULL).`,
    }),
  )
  connection.execute('pragma max_page_count = 1000')
  expect(insertCalls(connection, { calls }).length).toBe(20)
  connection.close()
})

it('a disk that is full makes the store unavailable, loses nothing, and recovers', async ({ skip }) => {
  using disk = tinyDisk()
  if (disk === null) return skip('No disk can be mounted here.')
  const store = new SqliteStore({ file: disk.file })
  await store.open({ logger: silent, clock: null })
  const inserted: string[] = []
  const fill = async () => {
    for (;;) {
      const call = aCall(bulky)
      await store.insertCalls({ calls: [call] })
      inserted.push(call.id)
    }
  }
  await expect(fill()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  expect((await store.listCalls({})).total).toBe(inserted.length)
  execFileSync('mount', ['-o', 'remount,size=16m', join(disk.file, '..')])
  await store.insertCalls({ calls: [aCall(bulky)] })
  expect((await store.listCalls({})).total).toBe(inserted.length + 1)
  await store.close()
})
