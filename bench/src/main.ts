import { readOptions, usage } from './options.ts'
import { runBench } from './run-bench.ts'

try {
  const options = readOptions(process.argv.slice(2))
  if (options === null) console.log(usage)
  else process.exitCode = (await runBench(options)) ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
