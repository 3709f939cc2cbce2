import { HeadrigError, isKind, messageOf } from '../../../core/errors.js'
import type { TaskProgram } from './statement.js'
import { readHello, TRY_AGAIN } from './task-words.js'

const MISSING =
  /exited with status 12[67]|cannot execute|No such file or directory|MODULE_NOT_FOUND/
const LATER = new RegExp(`exited with status ${TRY_AGAIN}\\b`)
const ENDED = /exited with status \d+/

/** The task whose program ended without an answer, of an error of `programError`, when it is known. */
export function crashedTask(error: unknown): number | undefined {
  const task = error instanceof HeadrigError ? error.details['crashedTask'] : undefined
  return typeof task === 'number' ? task : undefined
}

/** The failure of a program on an executor: what it wrote before it ended comes with Spark's words. */
export function programError(error: unknown, program: TaskProgram): unknown {
  const told = messageOf(error)
  if (MISSING.test(told)) {
    return new HeadrigError(
      'invalid',
      `executors cannot run ${program.node} ${program.script}: name paths that the nodes have with spark.node and spark.app`,
      { cause: error },
    )
  }
  if (!isKind(error, 'internal')) return error
  const { task, rest } = readHello(told)
  const why = /Error:\s*([^\n]*[^\s.][^\n]*)/.exec(rest)?.[1] ?? rest.split('\n')[0]
  const isCrash = task !== undefined && ENDED.test(told) && !LATER.test(told)
  return new HeadrigError('unavailable', `a task on spark failed: ${why}`, {
    cause: error,
    ...(isCrash ? { details: { crashedTask: task } } : {}),
  })
}
