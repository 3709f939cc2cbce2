import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { FailureDetails } from '../step.js'
import { redactLine } from '../../core/redact.js'
import { HADOOP_FAILURES } from './hadoop.js'
import { HEADRIG_FAILURES } from './headrig.js'
import type { FailureRow } from './row.js'
import { SPARK_FAILURES } from './spark.js'

const TAIL_BYTES = 64 * 1024
const MESSAGE_CHARACTERS = 500
/** What Hadoop writes to stderr on its own. */
const OWN_LINE = /^Streaming Command Failed!$|^Exception in thread |^\tat |^Caused by: /

/** Lines of Spark's log that tell of no error. */
const LOG_LINE = /^\d\d\/\d\d\/\d\d [\d:]{8} (?:TRACE|DEBUG|INFO|WARN) /

const ROWS: readonly FailureRow[] = [...SPARK_FAILURES, ...HEADRIG_FAILURES, ...HADOOP_FAILURES]

/** Why a step failed, and which of its logs tells it. */
export interface Explanation extends Pick<FailureDetails, 'reason' | 'message'> {
  readonly log: 'stdout' | 'stderr'
}

/**
 * Reason and message of a step that failed, by what it wrote last; undefined when nothing is known of it.
 * @param folder of the attempt, with its logs
 */
export async function explainFailure(folder: string): Promise<Explanation | undefined> {
  const stderr = await tailOf(join(folder, 'stderr'))
  const texts = [await tailOf(join(folder, 'syslog')), stderr]
  const stdout = await tailOf(join(folder, 'stdout'))
  for (const { pattern, reason, message, onStdout } of ROWS) {
    for (const text of onStdout ? [...texts, stdout] : texts) {
      const found = pattern.exec(text)
      const log = text === stdout ? 'stdout' : 'stderr'
      if (found) return { reason, message: cut(message(found, lastSaid(stderr))), log }
    }
  }
  return undefined
}

/** The last line of a log that says something; at most 500 characters, without the secrets that are known as such. */
export async function lastLine(path: string): Promise<string> {
  const lines = (await tailOf(path)).trimEnd().split('\n')
  return cut(lines.findLast((line) => !LOG_LINE.test(line)) ?? lines.at(-1) ?? '')
}

function lastSaid(stderr: string): string {
  return (
    stderr
      .split('\n')
      .map((line) => line.trimEnd())
      .findLast((line) => line !== '' && !OWN_LINE.test(line)) ?? ''
  )
}

function cut(text: string): string {
  return redactLine(text.slice(0, 4 * MESSAGE_CHARACTERS)).slice(0, MESSAGE_CHARACTERS)
}

async function tailOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { size } = await file.stat()
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
