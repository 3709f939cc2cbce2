import { HeadrigError } from '../core/errors.js'
import { TOP_TALKERS_VIEW } from '../detect/analytics/top-talkers.js'
import type { MountedView } from '../engines/duckdb/mount.js'
import type { DuckDbOptions } from '../engines/duckdb/open.js'
import type { PlannedQuery } from '../engines/duckdb/planner.js'
import type { QuerySession } from '../engines/duckdb/session.js'
import type { QueryOptions as EngineQueryOptions, QueryResult } from '../engines/engine.js'
import type { Dialect } from '../sql/dialects.js'
import { type LakeContext, requireLake } from './context.js'
import { explainText } from './explain-text.js'
import { type AsOf, type LakeTable, lakeTables } from './lake-tables.js'
import { localTables, type LocalTables } from './local-files.js'
import { ioOf, prune, type TableIo, type TableRead } from './prune.js'

export interface QueryOptions {
  readonly sql: string
  /** What the query is written in; default `duckdb`. */
  readonly dialect?: Dialect
  readonly asOf?: AsOf
  /** Say what would be read, and the plan, one line a row, instead of answering. */
  readonly explain?: boolean
  /** Bound to `$1`, `$2`, …; never spliced into the text. */
  readonly params?: EngineQueryOptions['params']
}

export interface QueryAnswer extends QueryResult {
  readonly io: { readonly tables: readonly TableIo[] }
  /** Ends the query; done by itself when the batches end. Safe to call twice. */
  readonly close: () => Promise<void>
}

/**
 * Answers one reading statement over the lake: only the files that may hold rows of the answer are
 * read, and only those tables can be. Rows come as they are asked for.
 * Throws `invalid` for SQL that is wrong (with the place) or that does not only read, `forbidden` when
 * it looks outside of the lake, `not-found` without a lake or for a version that is not there.
 * @example const { columns, batches } = await query({ sql: 'FROM aws_cloudtrail LIMIT 5' }, context)
 */
export async function query(options: QueryOptions, context: LakeContext): Promise<QueryAnswer> {
  const open = await openQuery(options, context)
  const { planned, reads, session } = open
  try {
    const explain = options.explain === true || planned.explain !== ''
    const run = explain ? explainAnswer(open, context) : session.query(planned.sql, open.run)
    const result = await run
    return {
      columns: result.columns,
      batches: closing(result.batches, open.close),
      lines(form) {
        const lines = result.lines?.(form)
        return lines && closing(lines, open.close)
      },
      io: { tables: reads.map(ioOf) },
      close: open.close,
    }
  } catch (error) {
    await open.close()
    throw error
  }
}

/** A query that is planned, with its files at hand, not yet run. */
export interface OpenQuery {
  readonly planned: PlannedQuery
  readonly reads: readonly TableRead[]
  readonly session: QuerySession
  readonly run: EngineQueryOptions
  readonly close: () => Promise<void>
}

/** Plans a query and mounts what it reads; `writable`: a local file that it may write. */
export async function openQuery(
  options: QueryOptions,
  context: LakeContext,
  writable?: string,
): Promise<OpenQuery> {
  const { params, dialect = 'duckdb' } = options
  context.signal.throwIfAborted()
  await requireLake(context)
  const { preludeFor, translate } = await import('../sql/dialects.js')
  const tables = await lakeTables(context, options.asOf)
  const prelude = preludeFor(dialect)
  const views = viewsOver(tables)
  const planned = await plan(
    await translate(options.sql, dialect),
    tables,
    views,
    prelude,
    options,
    context,
  )
  const reads = prune(tables, planned.scans)
  const local = await localTables(context, reads)
  try {
    const { openSession } = await import('../engines/duckdb/session.js')
    const session = await openSession(sessionOptions(context), {
      tables: [...local.tables, ...notRead(tables, local)],
      views,
      prelude,
      ...(writable === undefined ? {} : { writable }),
    })
    const close = async (): Promise<void> => {
      session.close()
      await local.release()
    }
    const run = { signal: context.signal, ...(params ? { params } : {}) }
    return { planned, reads, session, run, close }
  } catch (error) {
    await local.release()
    throw error
  }
}

async function plan(
  sql: string,
  tables: readonly LakeTable[],
  views: readonly MountedView[],
  prelude: readonly string[],
  { params, sql: text }: QueryOptions,
  context: LakeContext,
): Promise<PlannedQuery> {
  const { openPlanner } = await import('../engines/duckdb/planner.js')
  const planner = await openPlanner(sessionOptions(context), { tables, views, prelude })
  try {
    return await planner.plan(sql, params)
  } catch (error) {
    if (sql === text || !(error instanceof HeadrigError)) throw error
    const { kind, details } = error
    const message = details['position']
      ? `${error.message}\n(the place is in the query as it was translated for DuckDB)`
      : error.message
    throw new HeadrigError(kind, message, {
      cause: error,
      details: { ...details, sql: text, translated: sql },
    })
  } finally {
    planner.close()
  }
}

/** The tables that are named by nothing that is read: empty, so that SHOW and DESCRIBE know them. */
function notRead(tables: readonly LakeTable[], { tables: mounted }: LocalTables) {
  const names = new Set(mounted.map((t) => t.name))
  return tables
    .filter((t) => !names.has(t.name))
    .map(({ name, columns }) => ({ name, columns, files: [] }))
}

function viewsOver(tables: readonly LakeTable[]): MountedView[] {
  return tables.some((t) => t.name === 'aws_vpc_flow') ? [TOP_TALKERS_VIEW] : []
}

/** What this process itself may take of the memory that the user allows. */
const OWN_MEMORY = 192 * 2 ** 20

function sessionOptions({ settings, spillFolder }: LakeContext): DuckDbOptions {
  return {
    memoryLimitBytes: Math.max(settings.memory - OWN_MEMORY, settings.memory / 2),
    threads: settings.threads,
    tempFolder: spillFolder,
  }
}

async function explainAnswer(open: OpenQuery, context: LakeContext): Promise<QueryResult> {
  const { planned, session, run, reads } = open
  const verb = planned.explain === '' ? 'EXPLAIN' : planned.explain
  const { batches } = await session.query(`${verb} ${planned.sql}`, run)
  let engine = ''
  for await (const rows of batches) engine += rows.map((r) => String(r[1])).join('\n')
  const text = explainText(
    reads.map((r) => ({ ...ioOf(r), filters: r.filters })),
    planned.sql,
    engine,
  )
  context.logger.debug('explained', { tables: reads.length })
  return {
    columns: [{ name: 'explain', type: 'VARCHAR' }],
    batches: (async function* () {
      yield text.split('\n').map((line) => [line])
    })(),
  }
}

async function* closing<T>(
  batches: AsyncIterable<T>,
  close: () => Promise<void>,
): AsyncGenerator<T> {
  try {
    yield* batches
  } finally {
    await close()
  }
}
