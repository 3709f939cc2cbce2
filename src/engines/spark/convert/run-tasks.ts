import { HeadrigError } from '../../../core/errors.js'
import type { SparkConnectSession } from '../connect/session.js'
import type { TaskAnswer, TaskPointer } from './messages.js'
import { programError } from './program-error.js'
import { taskStatement, type TaskProgram } from './statement.js'
import { decodeText } from './task-text.js'

export interface TaskRun<Result> {
  readonly session: SparkConnectSession
  readonly program: TaskProgram
  readonly pointer: TaskPointer
  readonly count: number
  readonly signal: AbortSignal
  /** Told of each task once, in any order; the next answer waits for it. */
  readonly onResult: (task: number, result: Result) => void | Promise<void>
  /** Told of tasks that give up; default: the first is thrown when all others are done. */
  readonly onRefused?: ((task: number, error: HeadrigError) => void) | undefined
}

/**
 * Runs tasks on a cluster. Spark takes one attempt of each, whatever it repeats, so that each answers once.
 * @throws HeadrigError what a task says; `unavailable` when Spark gives up
 */
export async function runTasks<Result>(run: TaskRun<Result>): Promise<void> {
  const { session, program, pointer, count, signal, onResult } = run
  const statement = taskStatement(program, pointer, count)
  const open = new Set(Array.from({ length: count }, (_, task) => task))
  let failed: HeadrigError | undefined
  const { onRefused = (_, error) => void (failed ??= error) } = run
  try {
    const answers = await session.query(statement, { signal })
    for await (const rows of answers.rows()) {
      for (const [text] of rows) {
        const answer = decodeText(typeof text === 'string' ? text : '') as TaskAnswer<Result>
        if (!open.delete(answer.task))
          throw new HeadrigError('internal', `task ${answer.task} of ${count} answered twice`)
        if ('result' in answer) await onResult(answer.task, answer.result)
        else onRefused(answer.task, new HeadrigError(answer.error.kind, answer.error.message))
      }
    }
  } catch (error) {
    throw signal.aborted ? error : programError(error, program)
  }
  if (failed) throw failed
  if (open.size > 0)
    throw new HeadrigError('internal', `${open.size} of ${count} tasks did not answer`)
}
