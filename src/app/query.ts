import { isKind } from '../core/errors.js'
import type { openPlanner, PlannedQuery } from '../engines/duckdb/planner.js'
import type {
  QueryOptions as EngineQueryOptions,
  QueryResult,
  QuerySession,
} from '../engines/engine.js'
import type { LakeContext } from './context.js'
import { externalIo, type MountedExternals, mountExternals } from './external/mount.js'
import type { RawListings, RawRead } from './external/raw-files.js'
import { explainText } from './explain-text.js'
import {
  closing,
  type QueryAnswer,
  type QueryOptions,
  sessionOptions,
  told,
} from './query-parts.js'
import { queryNames } from './query-names.js'
import type { LakeTable } from './lake-tables.js'
import { localTables, type LocalTables } from './local-files.js'
import { ioOf, prune, type TableRead } from './prune.js'
import { sparkPlace } from './spark-place.js'

export type { QueryAnswer, QueryOptions } from './query-parts.js'

/**
 * Answers one reading statement over the lake: only the files that may hold rows of the answer are
 * read, and only those tables can be. Rows come as they are asked for. A statement of Hive's about
 * external tables (`CREATE EXTERNAL TABLE`, `MSCK REPAIR TABLE`, …) changes the lake's catalog.
 * Throws `invalid` for SQL that is wrong (with the place) or that does not only read, `forbidden` when
 * it looks outside of the lake, `not-found` without a lake or for a version that is not there.
 * @example const { columns, batches } = await query({ sql: 'FROM aws_cloudtrail LIMIT 5' }, context)
 */
export async function query(options: QueryOptions, context: LakeContext): Promise<QueryAnswer> {
  const listings: RawListings = new Map()
  const other = (await ddlAnswer(options, context)) ?? (await onSpark(options, context, listings))
  if (other) return other
  const open = await openQuery(options, context, undefined, listings)
  const { planned, reads, externals, session } = open
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
      io: { tables: reads.map(ioOf), externals: externals.map(externalIo) },
      close: open.close,
    }
  } catch (error) {
    await open.close()
    throw error
  }
}

const DDL = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:create|drop|alter|msck|show|desc|describe)\b/i

/** Runs a statement about external tables; undefined for any other. */
async function ddlAnswer(
  { sql, dialect, cwd = '.' }: QueryOptions,
  context: LakeContext,
): Promise<QueryAnswer | undefined> {
  if (!DDL.test(sql)) return undefined
  const { parseDdl } = await import('../catalog/parse-ddl.js')
  const { runDdl } = await import('./external/run-ddl.js')
  const statement = parseDdl(sql, cwd)
  if (!statement) return undefined
  const isDescribe = statement.kind === 'describe'
  if (isDescribe && (dialect ?? 'duckdb') === 'duckdb' && !statement.extended) return undefined
  try {
    const { columns, rows } = await runDdl(statement, context)
    return {
      columns: columns.map((name) => ({ name, type: 'VARCHAR' })),
      batches: (async function* () {
        yield rows
      })(),
      io: { tables: [], externals: [] },
      close: async () => undefined,
    }
  } catch (error) {
    if (isDescribe && !statement.extended && isKind(error, 'not-found')) return undefined
    throw error
  }
}

/** The answer of Spark, when it is to give one. */
async function onSpark(
  options: QueryOptions,
  context: LakeContext,
  listings: RawListings,
): Promise<QueryAnswer | undefined> {
  const place = await sparkPlace(context.settings.engine, context)
  if (!place) return undefined
  const { sparkQuery } = await import('./spark-query.js')
  return sparkQuery(options, context, place, listings)
}

/** A query that is planned, with its files at hand, not yet run. */
export interface OpenQuery {
  readonly planned: PlannedQuery
  readonly reads: readonly TableRead[]
  readonly externals: readonly RawRead[]
  readonly session: QuerySession
  readonly run: EngineQueryOptions
  readonly close: () => Promise<void>
}

/** Plans a query and mounts what it reads; `writable`: a local file that it may write, or a folder with `/` behind. */
export async function openQuery(
  options: QueryOptions,
  context: LakeContext,
  writable?: string,
  listings?: RawListings,
): Promise<OpenQuery> {
  const { params } = options
  const names = await queryNames(options, context)
  const { tables, entries, withPath, views, prelude, externals } = names
  const mounts = { tables, views, prelude, externals }
  const planned = await plan(names.text, mounts, options, context)
  const reads = await prune(tables, planned.scans)
  const local = await localTables(context, reads)
  let raw: MountedExternals | undefined
  const release = async (): Promise<void> => {
    await raw?.release()
    await local.release()
  }
  try {
    raw = await mountExternals(context, entries, planned.scans, withPath, listings)
    const { openSession } = await import('../engines/duckdb/session.js')
    const session = await openSession(sessionOptions(context), {
      tables: [...local.tables, ...notRead(tables, local)],
      externals: raw.externals,
      views,
      prelude,
      ...(writable === undefined ? {} : { writable }),
    })
    const close = async (): Promise<void> => {
      await session.close()
      await release()
    }
    const run = { signal: context.signal, ...(params ? { params } : {}) }
    return { planned, reads, externals: raw.reads, session, run, close }
  } catch (error) {
    await release()
    throw error
  }
}

async function plan(
  sql: string,
  mounts: Parameters<typeof openPlanner>[1],
  { params, sql: text }: QueryOptions,
  context: LakeContext,
): Promise<PlannedQuery> {
  const { openPlanner } = await import('../engines/duckdb/planner.js')
  const planner = await openPlanner(sessionOptions(context), mounts)
  try {
    return await told(planner.plan(sql, params), text, sql)
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

async function explainAnswer(open: OpenQuery, context: LakeContext): Promise<QueryResult> {
  const { planned, session, run, reads, externals } = open
  const engine = await session.explain(planned.sql, planned.explain === 'EXPLAIN ANALYZE', run)
  const text = explainText(
    reads.map((r) => ({ ...ioOf(r), filters: r.filters })),
    externals.map(externalIo),
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
