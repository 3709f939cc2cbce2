import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { TableColumn } from '../../formats/table-schema.js'
import { identifier, literal } from '../../sql/text.js'
import { FULL_ROWS } from '../arrange.js'
import { enginePath } from './engine-path.js'
import { duckDbType } from './types.js'

const TIME = 'time'

/** What is sorted at once and becomes a row group: sorting much more than this at a time spills. */
const SLICE_BYTES = 16 * 2 ** 20

/** A dictionary of more than a fifth of the rows costs more time than it saves bytes. */
const DICTIONARY_SHARE = 5
const PARQUET_OPTIONS = `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${FULL_ROWS}, WRITE_BLOOM_FILTER false`

export interface SortRequest {
  readonly files: readonly string[]
  /** A column that no file holds is left out. */
  readonly columns: readonly TableColumn[]
  readonly folder: string
  /** The most that one of the new files should have, bytes. */
  readonly sliceBytes: number
  readonly signal?: AbortSignal
}

/** A file of rows sorted by time. */
export interface Slice {
  readonly path: string
  /** Rows without a list, by column of lists. */
  readonly listNulls: Readonly<Record<string, number>>
}

/**
 * Sorts the rows of files by `time` into slices, which follow each other by time. They are sorted one by
 * one, so that memory stays small whatever the files' size.
 */
export async function sortRows(
  connection: DuckDBConnection,
  request: SortRequest,
): Promise<{ readonly rows: number; readonly slices: readonly Slice[] }> {
  const source = `read_parquet(${pathList(request.files)}, hive_partitioning = false, union_by_name = true)`
  const { rows, raw, stored, held } = await describe(connection, request.files, source)
  const columns = request.columns.filter((c) => held.has(c.name))
  const select = columns.map((c) => expression(c, held.get(c.name) ?? '')).join(', ')
  const order = held.has(TIME) ? ` ORDER BY ${TIME}` : ''
  const parts = order
    ? Math.ceil(Math.max(rows / FULL_ROWS, raw / SLICE_BYTES, stored / request.sliceBytes))
    : 1
  const limit = Math.ceil(Math.min(rows / parts, FULL_ROWS) / DICTIONARY_SHARE)
  const slices: Slice[] = []
  for (const where of await ranges(connection, source, parts)) {
    request.signal?.throwIfAborted()
    const path = join(request.folder, `slice-${randomUUID()}.parquet`)
    await connection.run(
      `COPY (SELECT ${select} FROM ${source}${where}${order}) TO ${literal(path)} (${PARQUET_OPTIONS}, DICTIONARY_SIZE_LIMIT ${limit})`,
    )
    slices.push({ path, listNulls: await listNulls(connection, path, columns) })
  }
  return { rows, slices }
}

function pathList(files: readonly string[]): string {
  return `[${files.map((path) => literal(enginePath(path))).join(', ')}]`
}

interface Facts {
  readonly rows: number
  /** Bytes before and after compression. */
  readonly raw: number
  readonly stored: number
  /** The columns that any of the files has, with their types. */
  readonly held: ReadonlyMap<string, string>
}

async function describe(
  connection: DuckDBConnection,
  files: readonly string[],
  source: string,
): Promise<Facts> {
  const described = await connection.runAndReadAll(`DESCRIBE FROM ${source}`)
  const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${source}`)
  const sized = await connection.runAndReadAll(
    `SELECT sum(total_uncompressed_size)::DOUBLE, sum(total_compressed_size)::DOUBLE FROM parquet_metadata(${pathList(files)})`,
  )
  const [raw, stored] = sized.getRows()[0] ?? []
  return {
    rows: Number(counted.getRows()[0]?.[0]),
    raw: Number(raw ?? 0),
    stored: Number(stored ?? 0),
    held: new Map(described.getRows().map(([name, type]) => [String(name), String(type)])),
  }
}

function expression(column: TableColumn, type: string): string {
  const [name, wanted] = [identifier(column.name), duckDbType(column.type)]
  return type.replaceAll('"', '') === wanted.replaceAll('"', '')
    ? name
    : `CAST(${name} AS ${wanted}) AS ${name}`
}

/** Conditions that cut the rows into ranges of time of about the same number of rows. */
async function ranges(
  connection: DuckDBConnection,
  source: string,
  parts: number,
): Promise<readonly string[]> {
  if (parts <= 1) return ['']
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

async function listNulls(
  connection: DuckDBConnection,
  path: string,
  columns: readonly TableColumn[],
): Promise<Readonly<Record<string, number>>> {
  const lists = columns.filter((c) => typeof c.type !== 'string' && 'list' in c.type)
  if (lists.length === 0) return {}
  const counts = lists.map((c) => `count(*) FILTER (${identifier(c.name)} IS NULL)::DOUBLE`)
  const found = await connection.runAndReadAll(
    `SELECT ${counts.join(', ')} FROM read_parquet(${literal(path)}, hive_partitioning = false)`,
  )
  const [row] = found.getRows()
  return Object.fromEntries(lists.map((c, i) => [c.name, Number(row?.[i])]))
}
