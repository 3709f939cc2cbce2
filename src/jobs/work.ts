import { createWriteStream } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { messageOf } from '../core/errors.js'
import type { Launch } from './launch.js'
import { OUTPUT_BYTES, type ProcessEnd } from './process.js'
import type { StepLimits } from './step.js'

/**
 * Does what headrig itself does as a step: its lines go to stdout as they come, its error to stderr. Its limits are
 * those of time and output.
 * @param abort stops the work; aborted from elsewhere it was cancelled
 * @throws never for the work's own faults
 */
export async function doWork(
  run: (Launch & { readonly kind: 'work' })['run'],
  folder: string,
  abort: AbortController,
  { timeMs, outputBytes = OUTPUT_BYTES }: StepLimits = {},
): Promise<ProcessEnd> {
  let why: ProcessEnd['ended']
  const stop = (reason: 'time' | 'output'): void => {
    if (abort.signal.aborted) return
    why = reason
    abort.abort(new Error(`${reason} limit`))
  }
  const timer = timeMs === undefined ? undefined : setTimeout(() => stop('time'), timeMs)
  const stdout = createWriteStream(join(folder, 'stdout'), { flags: 'a', mode: 0o600 })
  const written = finished(stdout)
  written.catch(() => undefined)
  let bytes = 0
  const say = (line: string): void => {
    bytes += Buffer.byteLength(line) + 1
    if (bytes > outputBytes) stop('output')
    else stdout.write(`${line}\n`)
  }
  try {
    let problem: { readonly error: unknown } | undefined
    await run(say, abort.signal).catch((error: unknown) => (problem = { error }))
    stdout.end()
    await written
    if (abort.signal.aborted) return { ended: why ?? 'cancelled' }
    if (problem === undefined) return { exitCode: 0 }
    await appendFile(join(folder, 'stderr'), `${messageOf(problem.error)}\n`, { mode: 0o600 })
    return { exitCode: 1 }
  } finally {
    clearTimeout(timer)
    stdout.destroy()
  }
}
