import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// Imported into a program before its own first line. At SIGUSR2 it collects garbage, and writes what is left in memory.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

process.on('SIGUSR2', () => {
  collectGarbage()
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  process.stdout.write(`{"probe":"memory","bytes":${heapUsed + external}}\n`)
})
