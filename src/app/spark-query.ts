import { HeadrigError } from '../core/errors.js'
import { formatSize } from '../core/size.js'
import { openPlanner, type PlannedQuery } from '../engines/duckdb/planner.js'
import type { QueryTree } from '../engines/duckdb/query-tree.js'
import { openSparkSession, type SparkSession } from '../engines/spark/session.js'
import type { SparkRaw } from '../engines/spark/external/raw-table.js'
import { sparkStatement, type SparkView } from '../engines/spark/statement.js'
import type { SparkTable } from '../engines/spark/tables.js'
import { uriOf } from '../storage/store.js'
import { nodesOf } from '../sql/ast.js'
import { externalIo } from './external/mount.js'
import type { RawListings, RawRead } from './external/raw-files.js'
import { readRaw, sparkRaws } from './external/spark-externals.js'
import { type LakeContext, storeOptions } from './context.js'
import { explainText } from './explain-text.js'
import type { LakeTable } from './lake-tables.js'
import { ioOf, prune, type TableRead } from './prune.js'
import {
  closing,
  type QueryAnswer,
  type QueryOptions,
  sessionOptions,
  told,
} from './query-parts.js'
import { queryNames } from './query-names.js'
import { RAW_WEIGHT, SPARK_BYTES } from './spark-bytes.js'
import { type SparkPlace, useSpark } from './spark-place.js'

/**
 * Answers a query on Spark, with the rows that DuckDB would give; undefined when
 * `auto` leaves it to DuckDB. What Spark would answer otherwise is refused by name.
 * Throws as `query` does; `unavailable` also without a server.
 */
export async function sparkQuery(
  options: QueryOptions,
  context: LakeContext,
  place: SparkPlace,
  listings: RawListings = new Map(),
): Promise<QueryAnswer | undefined> {
  const open = await openOnSpark(options, context, place, { listings })
  if (!open) return undefined
  const { session, asked } = open
  const { statement, reads, planned } = asked
  const externals = asked.rawReads.map(externalIo)
  const explain = options.explain === true || planned.explain !== ''
  const close = (): Promise<void> => session.close()
  try {
    const run = { signal: context.signal, ...(options.params ? { params: options.params } : {}) }
    const io = { tables: reads.map(ioOf), externals }
    if (explain) {
      const plan = await session.explain(statement, planned.explain === 'EXPLAIN ANALYZE', run)
      const tables = reads.map((r) => ({ ...ioOf(r), filters: r.filters }))
      const lines = explainText(tables, externals, statement, plan).split('\n')
      await session.close()
      return {
        columns: [{ name: 'explain', type: 'VARCHAR' }],
        batches: (async function* () {
          yield lines.map((line) => [line])
        })(),
        io,
        close,
      }
    }
    const { columns, batches } = await session.query(statement, run)
    return { columns, batches: closing(batches, close), io, close }
  } catch (error) {
    await session.close()
    throw error
  }
}

/** A query with a session that is ready to run it. */
export interface OpenOnSpark {
  readonly asked: Prepared
  readonly session: SparkSession
}

interface OpenOptions {
  /** What is known of raw files already. */
  readonly listings?: RawListings
  /** The session is to know S3, also for a lake elsewhere. */
  readonly writesS3?: boolean
}

/** Plans a query and opens a session for it; undefined when DuckDB is to answer. */
export async function openOnSpark(
  options: QueryOptions,
  context: LakeContext,
  place: SparkPlace,
  { listings = new Map(), writesS3 = false }: OpenOptions = {},
): Promise<OpenOnSpark | undefined> {
  const { settings, logger } = context
  const asked = await prepared(options, context, listings)
  if (!asked) return undefined
  logger[settings.engine === 'auto' ? 'info' : 'debug'](
    `spark answers: ${formatSize(asked.bytes)} to read`,
  )
  const session = await openSparkSession({
    url: useSpark(place, context),
    columns: asked.tree.columns,
    externals: asked.raws,
    files: Math.max(0, ...asked.reads.map((r) => r.totals.files)),
    ...(writesS3 || context.store.uri.startsWith('s3:') ? { s3: storeOptions(settings) } : {}),
  })
  return { asked, session }
}

/** A query as Spark is to answer it. */
export interface Prepared {
  readonly statement: string
  readonly reads: readonly TableRead[]
  readonly rawReads: readonly RawRead[]
  readonly raws: readonly SparkRaw[]
  /** To be read. */
  readonly bytes: number
  readonly planned: PlannedQuery
  readonly tree: QueryTree
}

/** Plans a query and writes it for Spark; undefined when DuckDB is to answer. */
async function prepared(
  options: QueryOptions,
  context: LakeContext,
  listings: RawListings,
): Promise<Prepared | undefined> {
  const { sql, params } = options
  const { settings, logger } = context
  const names = await queryNames(options, context)
  const { tables, entries, views: mounted, prelude, externals, text } = names
  const planner = await openPlanner(sessionOptions(context), {
    tables,
    views: mounted,
    prelude,
    externals,
  })
  try {
    const planned = await told(planner.plan(text, params), sql, text)
    const reads = await prune(tables, planned.scans)
    const rawReads = await readRaw(context, entries, planned.scans, listings)
    const sum = (ios: readonly { readonly bytes: number }[]): number =>
      ios.reduce((all, io) => all + io.bytes, 0)
    const [lake, raw] = [sum(reads.map(ioOf)), sum(rawReads.map(externalIo))]
    const bytes = lake + raw
    if (settings.engine === 'auto' && lake + raw * RAW_WEIGHT < SPARK_BYTES.query) {
      logger.debug(`duckdb answers: ${formatSize(bytes)} to read`)
      return undefined
    }
    const tree = await planner.tree(planned.sql, params)
    // What tells of tables reads none of them.
    if (isDescription(tree)) return undefined
    const views: SparkView[] = []
    for (const { name, sql: view } of mounted) {
      const { parsed, columns } = await planner.tree(view)
      views.push({ name, parsed, columns })
    }
    try {
      const raws = sparkRaws(context, entries, rawReads, planned)
      const statement = sparkStatement(tree, {
        tables: sparkTables(tables, reads, context),
        externals: raws,
        views,
      })
      return { statement, reads, rawReads, raws, bytes, planned, tree }
    } catch (error) {
      if (settings.engine !== 'auto' || !isDifference(error)) throw error
      logger.info(`duckdb answers: ${error.message.split(' as duckdb does')[0] ?? ''}`)
      return undefined
    }
  } finally {
    planner.close()
  }
}

function isDescription({ parsed }: QueryTree): boolean {
  for (const node of nodesOf(parsed.statements)) {
    if (node.type === 'SHOW_REF') return node['show_type'] !== 'SUMMARY'
  }
  return false
}

function isDifference(error: unknown): error is HeadrigError {
  return error instanceof HeadrigError && error.details['reason'] === 'engine-difference'
}

/** What is not read has no rows: a query may name it all the same. */
function sparkTables(
  tables: readonly LakeTable[],
  reads: readonly TableRead[],
  { store, lake }: LakeContext,
): SparkTable[] {
  return tables.map(({ name, columns }) => {
    const read = reads.find((r) => r.table.name === name)
    if (!read) return { name, columns }
    const key = lake.table(name).prefix.slice(0, -1)
    const location = store.localPath(key) ?? uriOf(store, key)
    return { name, columns, source: { location, version: read.snapshot.version } }
  })
}
