import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { memory } from './root.mjs'

const file = join(memory, 'lock')

/**
 * Does the work while no other process does any: people start the API and the worker in two terminals at once.
 * @template T
 * @param {() => T} work
 * @returns {Promise<T>}
 */
export async function withLock(work) {
  mkdirSync(memory, { recursive: true })
  let told = false
  while (!take()) {
    if (!told) console.error(`Waiting for another process that installs or builds. Is there none? Then delete ${file}.`)
    told = true
    await pause(100)
  }
  try {
    return work()
  } finally {
    rmSync(file, { force: true })
  }
}

function take() {
  try {
    const descriptor = openSync(file, 'wx')
    writeSync(descriptor, String(process.pid))
    closeSync(descriptor)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    if (!isHeld()) rmSync(file, { force: true })
    return false
  }
}

/** A process that was killed leaves its lock behind. */
function isHeld() {
  try {
    const holder = Number(readFileSync(file, 'utf8'))
    // Between its creation and its first byte the file names nobody yet.
    return holder === 0 || process.kill(holder, 0)
  } catch {
    return false
  }
}
