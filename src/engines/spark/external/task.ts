import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startTaskLife } from '../convert/task-life.js'
import { decodeText } from '../convert/task-text.js'
import type { RawOrder } from './order.js'
import { runOrder } from './run-order.js'
import { errorLine } from './task-error.js'
import { writeLines } from './write-lines.js'

// What an executor runs: an order a line in, a row a line out. A failure ends the process: Spark then counts
// none of its rows, and starts the task again or gives up.

const STALL_MS = 60_000

const { scratch, die } = startTaskLife('headrig-raw-')
process.stdout.on('error', die)

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
