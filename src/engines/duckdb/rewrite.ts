import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { HeadrigError } from '../../core/errors.js'
import type { FileStats } from '../../core/file-stats.js'
import type { TableColumn } from '../../formats/table-schema.js'
import { identifier, literal } from '../../sql/text.js'
import type { DataFile } from '../engine.js'
import { mergeStats } from '../merge-stats.js'
import { ParquetConcat } from '../parquet/concat.js'
import { fileStats } from './file-stats.js'
import { enginePath } from './engine-path.js'
import type { DuckDbEngine } from './open.js'
import { duckDbType } from './types.js'

const TIME = 'time'

/** What is sorted at once and becomes a row group: sorting much more than this at a time spills. */
const SLICE_ROWS = 131_072
const SLICE_BYTES = 16 * 2 ** 20

/** A dictionary of more than a fifth of the rows costs more time than it saves bytes. */
const DICTIONARY_SHARE = 5
const PARQUET_OPTIONS = `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${SLICE_ROWS}, WRITE_BLOOM_FILTER false, RETURN_STATS`

export interface RewriteRequest {
  /** Local paths of files of one partition. */
  readonly files: readonly string[]
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
 * the next. Slices of time are sorted one by one, so that memory stays small whatever the files'
 * size. Throws `internal` when rows got lost on the way; then, as with any error, no new file is left.
 */
export async function rewrite(engine: DuckDbEngine, request: RewriteRequest): Promise<DataFile[]> {
  const connection = await engine.connect()
  const output = new Output(request)
  const abort = (): void => connection.interrupt()
  request.signal?.addEventListener('abort', abort, { once: true })
  try {
    const source = sourceOf(request.files)
    const { rows, raw, stored, held } = await describe(connection, request.files, source)
    const select = request.columns.flatMap((c) => expression(c, held) ?? []).join(', ')
    const order = held.has(TIME) ? ` ORDER BY ${TIME}` : ''
    const halves = stored > request.targetBytes ? (2 * stored) / request.targetBytes : 1
    const parts = order ? Math.ceil(Math.max(rows / SLICE_ROWS, raw / SLICE_BYTES, halves)) : 1
    const limit = Math.ceil(Math.min(rows / parts, SLICE_ROWS) / DICTIONARY_SHARE)
    for (const where of await slices(connection, source, parts)) {
      request.signal?.throwIfAborted()
      const sql = `SELECT ${select} FROM ${source}${where}${order}`
      await writeSlice(connection, sql, limit, output)
    }
    const files = await output.finish()
    checkRows(rows, files)
    return files
  } catch (error) {
    await output.discard()
    request.signal?.throwIfAborted()
    throw error
  } finally {
    request.signal?.removeEventListener('abort', abort)
    connection.closeSync()
  }
}

function sourceOf(files: readonly string[]): string {
  return `read_parquet(${pathList(files)}, hive_partitioning = false, union_by_name = true)`
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

async function writeSlice(
  connection: DuckDBConnection,
  sql: string,
  dictionaryLimit: number,
  output: Output,
): Promise<void> {
  const path = output.slicePath()
  try {
    const copied = await connection.runAndReadAll(
      `COPY (${sql}) TO ${literal(path)} (${PARQUET_OPTIONS}, DICTIONARY_SIZE_LIMIT ${dictionaryLimit})`,
    )
    const [row] = copied.getRowObjectsJson()
    const rows = Number(row?.['count'])
    if (rows > 0) await output.append(path, rows, row?.['column_statistics'])
  } finally {
    await rm(path, { force: true })
  }
}

/** Puts slices together into files of about the size that is asked for. */
class Output {
  readonly #request: RewriteRequest
  readonly #files: DataFile[] = []
  #open: { readonly file: ParquetConcat; readonly stats: FileStats[] } | undefined

  constructor(request: RewriteRequest) {
    this.#request = request
  }

  slicePath(): string {
    return join(this.#request.folder, `slice-${randomUUID()}.parquet`)
  }

  async append(path: string, rows: number, columnStatistics: unknown): Promise<void> {
    const { columns, folder, targetBytes } = this.#request
    if (this.#open) {
      const mean = this.#open.file.size / this.#open.stats.length
      if (this.#open.file.size + mean > targetBytes) await this.#close()
    }
    const name = `part-${randomUUID()}.zstd.parquet`
    this.#open ??= { file: await ParquetConcat.create(join(folder, name)), stats: [] }
    await this.#open.file.append(path)
    this.#open.stats.push(fileStats(columns, rows, columnStatistics))
  }

  async finish(): Promise<DataFile[]> {
    await this.#close()
    return this.#files
  }

  async discard(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    if (open) {
      await open.file.close()
      await rm(open.file.path, { force: true })
    }
    for (const { path } of this.#files) await rm(path, { force: true })
  }

  async #close(): Promise<void> {
    if (!this.#open) return
    const { file, stats } = this.#open
    const size = await file.finish()
    this.#open = undefined
    const { columns, eventDay } = this.#request
    this.#files.push({ path: file.path, size, eventDay, stats: mergeStats(columns, stats) })
  }
}

function checkRows(before: number, written: readonly DataFile[]): void {
  const after = written.reduce((sum, f) => sum + f.stats.numRecords, 0)
  if (before === after) return
  throw new HeadrigError(
    'internal',
    `compaction read ${before} rows and wrote ${after}: nothing was changed; report this`,
  )
}
