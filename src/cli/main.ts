#!/usr/bin/env node
import { exitCodeOf, renderError } from './render-error.js'
import { run } from './run.js'
import { processSystem } from './system.js'

/** How long handles that were left open may hold up the exit. */
const LINGER_MS = 500

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}
process.on('uncaughtException', (error) => {
  process.stderr.write(`${renderError(error, process.argv.includes('--debug'))}\n`)
  process.exit(exitCodeOf(error))
})
let interrupts = 0
const system = processSystem()
system.onInterrupt(() => {
  if (++interrupts > 1) process.exit(130)
})
process.exitCode = await run(process.argv.slice(2), system)
setTimeout(() => process.exit(), LINGER_MS).unref()
