import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError, isErrno } from '../core/errors.js'
import { collect, type CollectSummary } from './collect.js'
import type { LakeContext } from './context.js'
import { NEXT_COMMANDS, QUESTIONS } from './demo/questions.js'
import { DEMO_SIZE, type DemoSize, writeDemoLogs, type WrittenLogs } from './demo/write-logs.js'
import { query, type QueryAnswer } from './query.js'

export interface DemoOptions {
  /** Logs go to `<folder>/logs`; the context's lake should be `<folder>/lake`. */
  readonly folder: string
  readonly size?: DemoSize
  /** How the commands to try next call this program; default `headrig`. */
  readonly program?: string
  /** How they name the lake; default its whole path. */
  readonly lakeName?: string
}

/** What the demo did, as it goes; the caller reads the rows of an answer before it goes on. */
export type DemoStep =
  | { readonly kind: 'logs'; readonly folder: string; readonly logs: WrittenLogs }
  | { readonly kind: 'collected'; readonly summary: CollectSummary }
  | {
      readonly kind: 'answer'
      readonly title: string
      readonly sql: string
      readonly answer: Pick<QueryAnswer, 'columns' | 'batches'>
    }
  | { readonly kind: 'next'; readonly commands: readonly string[] }

/**
 * Makes a week of sample logs with incidents inside, collects them into the context's lake, asks three
 * questions and names commands to try next. A second run finds the logs and the lake in place.
 * Throws `conflict` when the folder holds something else.
 * @example for await (const step of demo({ folder: 'headrig-demo' }, context)) print(step)
 */
export async function* demo(options: DemoOptions, context: LakeContext): AsyncGenerator<DemoStep> {
  const folder = join(options.folder, 'logs')
  context.progress.update({ phase: 'making sample logs' })
  const logs = await logsIn(options.folder, folder, options.size ?? DEMO_SIZE, context.signal)
  yield { kind: 'logs', folder, logs }
  const summary = await collect({ uris: [folder], format: 'auto' }, context)
  context.progress.done()
  yield { kind: 'collected', summary }
  for (const { title, sql } of QUESTIONS) {
    const { columns, batches, close } = await query({ sql }, context)
    try {
      yield { kind: 'answer', title, sql, answer: { columns, batches } }
    } finally {
      await close()
    }
  }
  const { program = 'headrig', lakeName = context.lakeUri.replace(/^file:\/\//, '') } = options
  const commands = NEXT_COMMANDS.map((c) =>
    c.replaceAll('{headrig}', program).replaceAll('{lake}', lakeName),
  )
  yield { kind: 'next', commands }
}

/** Says that the logs are complete, so that a second run does not make them again. */
const MARK = 'demo.json'

async function logsIn(
  root: string,
  folder: string,
  size: DemoSize,
  signal: AbortSignal,
): Promise<WrittenLogs> {
  const mark = join(root, MARK)
  const wanted = JSON.stringify(size)
  const made = await markIn(mark)
  if (made && JSON.stringify(made.size) === wanted) return made.logs
  await refuseOther(root, made !== undefined)
  await mkdir(folder, { recursive: true })
  await writeFile(mark, `${JSON.stringify({ size })}\n`)
  const logs = await writeDemoLogs(folder, size, signal)
  await writeFile(mark, `${JSON.stringify({ size, logs })}\n`)
  return logs
}

interface Mark {
  readonly size?: unknown
  readonly logs: WrittenLogs
}

/** The mark of a finished run, or of one that was cut (which has no logs, and so no size here). */
async function markIn(path: string): Promise<Mark | undefined> {
  try {
    const mark = JSON.parse(await readFile(path, 'utf8')) as Partial<Mark>
    return mark.logs ? { size: mark.size, logs: mark.logs } : { logs: NO_LOGS }
  } catch (error) {
    if (isErrno(error, 'ENOENT') || error instanceof SyntaxError) return undefined
    throw error
  }
}

const NO_LOGS: WrittenLogs = { objects: 0, events: 0, flows: 0, bytes: 0 }

async function refuseOther(root: string, ours: boolean): Promise<void> {
  if (ours) return
  try {
    const names = await readdir(root)
    if (names.some((name) => name !== 'lake' && name !== MARK)) {
      throw new HeadrigError(
        'conflict',
        `${root} is not empty and holds no demo: name another folder`,
      )
    }
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  }
}
