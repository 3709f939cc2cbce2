import { mkdtempSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type ErrorKind, HeadrigError, messageOf } from '../../../core/errors.js'
import type { TaskAnswer, TaskPointer } from './messages.js'
import { runRewrite } from '../rewrite/run-rewrite.js'
import { runTask } from './run-task.js'
import { startTaskLife } from './task-life.js'
import { decodeText, encodeText } from './task-text.js'
import { taskHello, TRY_AGAIN } from './task-words.js'

// What an executor runs: a line for each task in (a pointer, a tab, the task's number), a line with its answer out.
// Failures that another attempt may not have end the process: Spark then starts the task again.

const HOPELESS: readonly ErrorKind[] = ['invalid', 'unauthenticated', 'forbidden']
const WORK = {
  read: { run: runTask, hopeless: HOPELESS },
  rewrite: { run: runRewrite, hopeless: [...HOPELESS, 'not-found', 'internal'] },
}

const { scratch, die } = startTaskLife('headrig-task-')

async function answerOf(line: string, folder: string): Promise<TaskAnswer<unknown>> {
  const [text = '', number = ''] = line.split('\t')
  const task = Number(number)
  writeSync(process.stderr.fd, taskHello(task))
  const pointer = decodeText(text) as TaskPointer
  const { run, hopeless } = WORK[pointer.work]
  try {
    return { task, result: await run(pointer, task, folder, die) }
  } catch (error) {
    if (!(error instanceof HeadrigError) || !hopeless.includes(error.kind)) throw error
    return { task, error: { kind: error.kind, message: error.message } }
  }
}

try {
  for await (const line of createInterface({ input: process.stdin })) {
    const folder = mkdtempSync(join(scratch, 'task-'))
    process.stdout.write(`${encodeText(await answerOf(line, folder))}\n`)
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode = TRY_AGAIN
}
// Spark waits for the end, connections that are kept open do not matter to it.
process.exit()
