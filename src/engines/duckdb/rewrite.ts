import { randomUUID } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { HeadrigError } from '../../core/errors.js'
import type { TableColumn } from '../../formats/table-schema.js'
import { identifier, literal } from '../../sql/text.js'
import type { DataFile } from '../engine.js'
import { fileStats } from './file-stats.js'
import { enginePath } from './engine-path.js'
import type { DuckDbEngine } from './open.js'
import { duckDbType } from './types.js'

const TIME = 'time'

/** Dictionaries of more values cost twice the time to try, and are given up on most columns of logs. */
const PARQUET_OPTIONS =
  'FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 131072, DICTIONARY_SIZE_LIMIT 5000'

export interface RewriteRequest {
  /** Files of one partition, on this machine. */
  readonly files: readonly { readonly path: string; readonly size: number }[]
  /** Of the table, without its partition columns; a column that no file holds is left out again. */
  readonly columns: readonly TableColumn[]
  readonly eventDay: string | null
  /** Where the new files go: it exists. */
  readonly folder: string
  /** The most that a new file should have, bytes. */
  readonly targetBytes: number
  readonly signal?: AbortSignal
}

/**
 * Merges files into as few as their size allows, rows sorted by `time` within each and from one to
 * the next. Work that exceeds the engine's memory spills. Throws `internal` when rows got lost on the
 * way; then, as with any error, no new file is left.
 */
export async function rewrite(engine: DuckDbEngine, request: RewriteRequest): Promise<DataFile[]> {
  const connection = await engine.connect()
  const written: DataFile[] = []
  const abort = (): void => connection.interrupt()
  request.signal?.addEventListener('abort', abort, { once: true })
  try {
    const source = sourceOf(request.files)
    const { rows, held } = await describe(connection, source)
    const select = request.columns.flatMap((c) => expression(c, held) ?? [])
    const sorted = held.has(TIME)
    const bytes = request.files.reduce((sum, f) => sum + f.size, 0)
    const parts = sorted ? Math.max(1, Math.ceil(bytes / request.targetBytes)) : 1
    for (const where of await slices(connection, source, parts)) {
      request.signal?.throwIfAborted()
      const sql = `SELECT ${select.join(', ')} FROM ${source}${where}${sorted ? ` ORDER BY ${TIME}` : ''}`
      const file = await copyOut(connection, sql, request)
      if (file) written.push(file)
    }
    checkRows(rows, written)
    return written
  } catch (error) {
    for (const file of written) await rm(file.path, { force: true })
    request.signal?.throwIfAborted()
    throw error
  } finally {
    request.signal?.removeEventListener('abort', abort)
    connection.closeSync()
  }
}

function sourceOf(files: RewriteRequest['files']): string {
  const paths = files.map((f) => literal(enginePath(f.path)))
  return `read_parquet([${paths.join(', ')}], hive_partitioning = false, union_by_name = true)`
}

async function describe(
  connection: DuckDBConnection,
  source: string,
): Promise<{ rows: number; held: ReadonlyMap<string, string> }> {
  const described = await connection.runAndReadAll(`DESCRIBE FROM ${source}`)
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${source}`)
  return {
    rows: Number(counted.getRows()[0]?.[0]),
    held: new Map(described.getRows().map(([name, type]) => [String(name), String(type)])),
  }
}

function expression(column: TableColumn, held: ReadonlyMap<string, string>): string | undefined {
  const type = held.get(column.name)
  if (type === undefined) return undefined
  const [name, wanted] = [identifier(column.name), duckDbType(column.type)]
  return type.replaceAll('"', '') === wanted.replaceAll('"', '')
    ? name
    : `CAST(${name} AS ${wanted}) AS ${name}`
}

/** Conditions that cut the rows into ranges of time of about the same number of rows. */
async function slices(
  connection: DuckDBConnection,
  source: string,
  parts: number,
): Promise<readonly string[]> {
  if (parts === 1) return ['']
  const fractions = Array.from({ length: parts - 1 }, (_, i) => (i + 1) / parts)
  const found = await connection.runAndReadAll(
    `SELECT DISTINCT q FROM (SELECT unnest(approx_quantile(epoch_us(${TIME}), [${fractions.join(', ')}])) AS q FROM ${source}) WHERE q IS NOT NULL ORDER BY q`,
  )
  const cuts = found.getRows().map(([q]) => `make_timestamptz(${String(q)}::BIGINT)`)
  return [undefined, ...cuts].map((from, i, all) => {
    const to = all[i + 1]
    if (from === undefined) return to === undefined ? '' : ` WHERE ${TIME} < ${to}`
    const last = to === undefined ? ` OR ${TIME} IS NULL` : ` AND ${TIME} < ${to}`
    return ` WHERE ${TIME} >= ${from}${last}`
  })
}

async function copyOut(
  connection: DuckDBConnection,
  sql: string,
  { folder, eventDay, columns }: RewriteRequest,
): Promise<DataFile | undefined> {
  const path = join(folder, `part-${randomUUID()}.zstd.parquet`)
  const sorted = `sorted_${randomUUID().replaceAll('-', '')}`
  try {
    // Sorting straight into a file takes DuckDB 1.5 four times the processor time of this detour.
    await connection.run(`CREATE TEMP TABLE ${sorted} AS ${sql}`)
    const copied = await connection.runAndReadAll(
      `COPY (FROM ${sorted}) TO ${literal(path)} (${PARQUET_OPTIONS}, RETURN_STATS)`,
    )
    await connection.run(`DROP TABLE ${sorted}`)
    const [row] = copied.getRowObjectsJson()
    const rows = Number(row?.['count'])
    if (rows > 0) {
      const stats = fileStats(columns, rows, row?.['column_statistics'])
      return { path, size: (await stat(path)).size, eventDay, stats }
    }
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
  await rm(path, { force: true })
  return undefined
}

function checkRows(before: number, written: readonly DataFile[]): void {
  const after = written.reduce((sum, f) => sum + f.stats.numRecords, 0)
  if (before === after) return
  throw new HeadrigError(
    'internal',
    `compaction read ${before} rows and wrote ${after}: nothing was changed; report this`,
  )
}
