import { HeadrigError } from '../../../core/errors.js'
import type { TaskPointer } from './messages.js'
import { encodeText } from './task-text.js'

/** The program that executors run. */
export interface TaskProgram {
  /** Path of Node on the nodes. */
  readonly node: string
  /** Path of a task's program on the nodes. */
  readonly script: string
}

/** Nothing here means anything to a shell within double quotes, or to Spark's SQL within single ones. */
const PLAIN = /^[\w./+@:,=~ -]+$/

/**
 * The statement that runs `count` tasks: each is one row of one partition, given to the program as a line.
 * No rows travel between executors, so that a task that is run again is the same task.
 * @throws HeadrigError `invalid` for a path that a shell may misread
 */
export function taskStatement(program: TaskProgram, pointer: TaskPointer, count: number): string {
  return `SELECT TRANSFORM ('${encodeText(pointer)}', id)
  ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'
  USING '${usingProgram(program)}'
  AS (answer STRING)
  ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'
FROM range(0, ${count}, 1, ${count})`
}

/**
 * What a shell is told, within single quotes of Spark's SQL.
 * @throws HeadrigError `invalid` for a path that a shell may misread
 */
export function usingProgram({ node, script }: TaskProgram): string {
  return `exec ${quoted(node)} ${quoted(script)}`
}

function quoted(path: string): string {
  if (PLAIN.test(path)) return `"${path}"`
  throw new HeadrigError(
    'invalid',
    `${JSON.stringify(path)} is no path for a program on executors: use letters, digits, spaces and ./+@:,=~_-`,
  )
}
