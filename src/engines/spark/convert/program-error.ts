import { HeadrigError, isKind, messageOf } from '../../../core/errors.js'
import type { TaskProgram } from './statement.js'

const MISSING =
  /exited with status 12[67]|cannot execute|No such file or directory|MODULE_NOT_FOUND/

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
  const why = /Error:\s*([^\n]+)/.exec(told)?.[1] ?? told.split('\n')[0]
  return new HeadrigError('unavailable', `a task on spark failed: ${why}`, { cause: error })
}
