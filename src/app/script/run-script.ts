import { resolve } from 'node:path'
import { HeadrigError } from '../../core/errors.js'
import { grouped } from '../../core/grouped.js'
import { formatSize } from '../../core/size.js'
import type { Dialect } from '../../sql/dialects.js'
import type { LakeContext } from '../context.js'
import type { QueryAnswer, QueryOptions } from '../query.js'
import { readScript, type ScriptStatement } from './read-script.js'
import { reportHead, type StatementReport } from './report.js'
import type { Variables } from './variables.js'
import type { WrittenRows } from './written-rows.js'

export interface ScriptOptions {
  readonly text: string
  /** What errors call it; default `script`. */
  readonly name?: string
  /** Default `duckdb`. */
  readonly dialect?: Dialect
  /** Where relative paths start; default: the process's folder. */
  readonly cwd?: string
  readonly variables?: Partial<Variables>
  /** Replace a directory although other files than results are in it. */
  readonly force?: boolean
  /** Read and check every statement, run none. */
  readonly dryRun?: boolean
  /** Takes the rows of a statement, and answers how many there were. Default: they are read and dropped. */
  readonly onAnswer?: (answer: QueryAnswer) => Promise<number>
}

/**
 * Runs the statements of a script one after the other and stops at the first that fails. What ran before it
 * stays. Progress goes to the logger.
 * @throws what the statement throws, with file, line and column, and how many ran before it
 * @example await runScript({ text: 'CREATE TABLE t AS SELECT 1 AS n; SELECT * FROM t' }, context)
 */
export async function runScript(
  options: ScriptOptions,
  context: LakeContext,
): Promise<readonly StatementReport[]> {
  const { text, name = 'script', dialect = 'duckdb', variables } = options
  const cwd = resolve(options.cwd ?? '.')
  const empty = new Map<string, string>()
  const known = { hivevar: empty, hiveconf: empty, env: empty, ...variables }
  const statements = readScript({ text, name, dialect, cwd, variables: known })
  if (statements.length === 0) {
    throw new HeadrigError('invalid', `${name} has no statement: write SQL that ends with ;`)
  }
  if (options.dryRun) {
    const { checkScript } = await import('./check-script.js')
    return checkScript(statements, { dialect, cwd }, context)
  }
  const reports: StatementReport[] = []
  for (const statement of statements) {
    context.signal.throwIfAborted()
    const count = `${statement.index}/${statements.length}`
    try {
      const done = await runStatement(statement, { ...options, dialect, cwd }, context)
      const report = { ...reportHead(statement), ...done }
      reports.push(report)
      context.progress.done()
      context.logger.info(`${count} ${outcome(report, statement)}`)
    } catch (error) {
      context.signal.throwIfAborted()
      throw stopped(statement.told(error), reports, statements.length)
    }
  }
  return reports
}

type Done = Omit<StatementReport, 'index' | 'line' | 'title' | 'kind'>

async function runStatement(
  { statement }: ScriptStatement,
  options: ScriptOptions & { readonly dialect: Dialect; readonly cwd: string },
  context: LakeContext,
): Promise<Done> {
  const { dialect, cwd, force = false } = options
  const asked = (sql: string): QueryOptions => ({ sql, dialect, cwd })
  switch (statement.kind) {
    case 'set':
    case 'ignored':
      return {}
    case 'show-set':
      return { rows: await answer(settings(statement.rows), options) }
    case 'query': {
      const { query } = await import('../query.js')
      const found = await query(asked(statement.sql), context)
      try {
        // What only tells that it was done is no data.
        const isDone = found.columns.length === 1 && found.columns[0]?.name === 'result'
        const isDdl = /^\s*(?:create|drop|alter|msck)\b/i.test(statement.sql)
        if (!isDdl) return { rows: await answer(found, options) }
        const texts: unknown[] = []
        for await (const rows of found.batches) texts.push(...rows.flat())
        return { target: isDone ? texts.join('; ') : `${texts.length} partitions added` }
      } finally {
        await found.close()
      }
    }
    case 'directory': {
      const { writeDirectory } = await import('./write-directory.js')
      const query = asked(statement.query)
      const written = await writeDirectory(statement, query, { cwd, force }, context)
      return { ...sums(written), target: statement.location }
    }
    case 'create': {
      const { createTable } = await import('./create-table.js')
      const { query, withData, table } = statement
      const sql =
        query !== undefined && !withData ? `SELECT * FROM (${query}\n) AS q LIMIT 0` : query
      const own = sql === undefined ? undefined : asked(sql)
      const written = await createTable(statement, own, { cwd }, context)
      return written ? { ...sums(written), target: `table ${table.name}` } : {}
    }
    case 'insert': {
      const { insertRows } = await import('./insert.js')
      const written = await insertRows(statement, asked(statement.query), context)
      return { ...sums(written), target: `table ${statement.table}` }
    }
  }
}

function sums({ files, rows }: WrittenRows): Done {
  const bytes = files.reduce((sum, f) => sum + f.size, 0)
  return { files: files.length, bytes, ...(rows === undefined ? {} : { rows }) }
}

async function answer(found: QueryAnswer, { onAnswer }: ScriptOptions): Promise<number> {
  if (onAnswer) return onAnswer(found)
  let rows = 0
  for await (const batch of found.batches) rows += batch.length
  return rows
}

function settings(rows: readonly (readonly [string, string])[]): QueryAnswer {
  return {
    columns: ['name', 'value'].map((name) => ({ name, type: 'VARCHAR' })),
    batches: (async function* () {
      yield rows
    })(),
    io: { tables: [], externals: [] },
    close: async () => undefined,
  }
}

function outcome(
  { title, rows, files, bytes, target }: StatementReport,
  { statement }: ScriptStatement,
): string {
  if (statement.kind === 'ignored') return `${statement.what}: no effect, ${statement.why}`
  const facts = [
    ...(target === undefined ? [] : [target]),
    ...(rows === undefined ? [] : [counted(rows, 'row')]),
    ...(files === undefined ? [] : [counted(files, 'file')]),
    ...(bytes === undefined ? [] : [formatSize(bytes)]),
  ]
  return facts.length === 0 ? title : `${title}: ${facts.join(', ')}`
}

/** Says what has run, and what has not. */
function stopped(error: unknown, done: readonly StatementReport[], all: number): unknown {
  if (!(error instanceof HeadrigError)) return error
  const ran = done.length === 1 ? 'statement 1' : `statements 1 to ${done.length}`
  const before =
    done.length === 0
      ? 'no statement ran before it'
      : `${ran} of ${all} ran before it, and what they wrote stays`
  return new HeadrigError(error.kind, `${error.message}\n${before}`, {
    cause: error,
    details: { ...error.details, ran: done.length },
  })
}

const counted = (n: number, what: string): string => `${grouped(n)} ${what}${n === 1 ? '' : 's'}`
