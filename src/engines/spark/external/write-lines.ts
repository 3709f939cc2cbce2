import type { Writable } from 'node:stream'
import { HeadrigError } from '../../../core/errors.js'

/**
 * Writes lines as fast as they are taken. Spark does not tell a program that nobody wants its rows any more (a
 * LIMIT that is reached, a query that was cancelled): it just stops taking them.
 * @param stallMs so long without a line taken, and they are unwanted
 * @throws HeadrigError `unavailable` when they are
 */
export async function writeLines(
  out: Writable,
  batches: AsyncIterable<readonly string[]>,
  stallMs: number,
): Promise<void> {
  for await (const lines of batches) {
    if (lines.length === 0 || out.write(`${lines.join('\n')}\n`)) continue
    await drained(out, stallMs)
  }
}

function drained(out: Writable, stallMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new HeadrigError('unavailable', `nobody took a row for ${stallMs / 1000} seconds`))
    }, stallMs)
    out.once('drain', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
