import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { root } from './pages.ts'

/** Writes sources from pages to a folder of their own, where they can import the packages as a reader's would, until the test is over. */
export async function extracted(sources: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(root, 'tests/docs/.extracted-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(sources)) await writeFile(join(folder, name), text)
  return folder
}
