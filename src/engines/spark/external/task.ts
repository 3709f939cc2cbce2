import { mkdtempSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { decodeText } from '../convert/task-text.js'
import type { RawOrder } from './order.js'
import { runOrder } from './run-order.js'
import { errorLine } from './task-error.js'
import { writeLines } from './write-lines.js'

// What an executor runs: an order a line in, a row a line out. A failure ends the process: Spark then counts
// none of its rows, and starts the task again or gives up.

const LOOK_MS = 500
const STALL_MS = 60_000

const parent = process.ppid
const scratch = mkdtempSync(join(process.cwd(), 'headrig-raw-'))
const clear = (): void => rmSync(scratch, { recursive: true, force: true })
process.on('exit', clear)
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, die)
process.stdout.on('error', die)
// The end of an executor must not leave this one at work.
setInterval(() => {
  if (process.ppid !== parent) die()
}, LOOK_MS).unref()

/** At once: an orderly exit would wait for a thread that hangs in a file system. */
function die(): void {
  clear()
  process.kill(process.pid, 'SIGKILL')
}

let failed = false
try {
  for await (const line of createInterface({ input: process.stdin })) {
    const folder = mkdtempSync(join(scratch, 'order-'))
    await writeLines(process.stdout, runOrder(decodeText(line) as RawOrder, folder), STALL_MS)
    await rm(folder, { recursive: true, force: true })
  }
} catch (error) {
  failed = true
  process.stderr.write(`${errorLine(error)}\n`)
}
// Rows that are still on their way may never be taken.
if (failed) process.exit(1)
// Connections that are kept open do not matter, the last rows do.
setTimeout(die, STALL_MS)
process.stdout.end(() => process.exit(0))
