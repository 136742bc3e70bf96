import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { root } from './root.mjs'
import { environment } from './toolchain.mjs'

/**
 * Runs the program as a plain child of this process and ends as it ends. Signals are passed on.
 * @param {import('./stamp.mjs').Stamp} stamp
 * @param {string} file
 * @param {string[]} args
 */
export function run(stamp, file, args) {
  const child = spawn(stamp.node ?? process.execPath, [join(root, file), ...args], { cwd: root, env: environment(stamp), stdio: 'inherit' })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  // Ctrl-C in a terminal reaches the child by itself: passed on, it would arrive twice, and twice means "at once".
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('error', (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)))
}
