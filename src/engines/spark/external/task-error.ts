import { type ErrorKind, HeadrigError, messageOf } from '../../../core/errors.js'
import { programError } from '../convert/program-error.js'
import type { TaskProgram } from '../convert/statement.js'
import { decodeText, encodeText } from '../convert/task-text.js'

// Spark keeps the last 2 KiB of what a program writes before it fails.
const MARK = 'headrig-task-error:'
const LONGEST = 1900

/** A failure of a task as a line that comes through Spark's own words. */
export function errorLine(error: unknown): string {
  const kind: ErrorKind = error instanceof HeadrigError ? error.kind : 'internal'
  let message = messageOf(error).slice(0, LONGEST)
  for (;;) {
    const line = `${MARK}${encodeText({ kind, message })}:`
    if (line.length <= LONGEST) return line
    message = message.slice(0, Math.floor(message.length / 2))
  }
}

const PROGRAM = /subprocess exited|cannot run program/i

/** The failure of a task, when Spark tells of one; any other error as it is. */
export function taskError(error: unknown, program: TaskProgram | undefined): unknown {
  const told = messageOf(error)
  const text = new RegExp(`${MARK}([A-Za-z0-9+/=]+):`).exec(told)?.[1]
  if (text === undefined) {
    return program && PROGRAM.test(told) ? programError(error, program) : error
  }
  const { kind, message } = decodeText(text) as { kind: ErrorKind; message: string }
  return new HeadrigError(kind, message, { cause: error })
}
