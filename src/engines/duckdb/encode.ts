import { randomUUID } from 'node:crypto'
import { stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { LogFormat } from '../../formats/format.js'
import { tableColumns, type TableColumn } from '../../formats/table-schema.js'
import type { StagedFile } from '../../front/stage.js'
import { identifier, literal } from '../../sql/text.js'
import type { DataFile } from '../engine.js'
import { fileStats } from './file-stats.js'
import { stagedExpressions } from './staged-select.js'
import { duckDbType } from './types.js'
import type { DuckDbEngine } from './open.js'

/** How data files are written: zstd 1 costs half of the default's time and 1 % more bytes on these logs. */
export const PARQUET_OPTIONS = `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 131072`

export interface EncodeOptions {
  readonly folder: string
  readonly ingestedAt: Date
  /** The table of rows to leave out, and how many there are, by the file's number. */
  readonly drops: string
  readonly dropped: ReadonlyMap<number, number>
  readonly threads: number
}

/** Turns staged files into data files, one each, by the staged file's path; one whose rows are all dropped gives none. */
export async function encodeStaged(
  engine: DuckDbEngine,
  format: LogFormat,
  staged: readonly { readonly number: number; readonly file: StagedFile }[],
  options: EncodeOptions,
): Promise<ReadonlyMap<string, DataFile>> {
  const files = new Map<string, DataFile>()
  const queue = [...staged]
  const lane = async (): Promise<void> => {
    const connection = await engine.connect()
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const { number, file } = next
        const dropped = options.dropped.get(number) ?? 0
        if (dropped === file.rows) continue
        files.set(
          file.path,
          await encodeFile(connection, format, file, dropped > 0 ? number : undefined, options),
        )
      }
    } finally {
      connection.closeSync()
    }
  }
  await Promise.all(Array.from({ length: Math.min(options.threads, queue.length) }, lane))
  return files
}

async function encodeFile(
  connection: DuckDBConnection,
  format: LogFormat,
  staged: StagedFile,
  /** Undefined: every row stays. */
  number: number | undefined,
  options: EncodeOptions,
): Promise<DataFile> {
  const columns = stagedExpressions(format, new Set(staged.columns), options.ingestedAt)
    .filter((c) => c.sql !== undefined)
    .map((c) => `${c.sql} AS ${identifier(c.column.name)}`)
  const file = literal(staged.path)
  const source =
    number === undefined
      ? `read_parquet(${file})`
      : `read_parquet(${file}, file_row_number = true) AS s WHERE NOT EXISTS (SELECT 1 FROM ${options.drops} AS d WHERE d.f = ${number} AND d.r = s.file_row_number)`
  return copyOut(connection, `SELECT ${columns.join(', ')} FROM ${source}`, {
    folder: options.folder,
    eventDay: staged.day,
    columns: tableColumns(format),
  })
}

/** Rows of a product table, in files of JSON lines, to one data file; `constants` are SQL, by column. */
export async function encodeJsonLines(
  engine: DuckDbEngine,
  paths: readonly string[],
  columns: readonly TableColumn[],
  constants: Readonly<Record<string, string>>,
  target: { readonly folder: string; readonly eventDay: string },
): Promise<DataFile> {
  const connection = await engine.connect()
  try {
    const kept = columns.filter((c) => c.name !== 'event_day')
    const read = kept.filter((c) => !(c.name in constants))
    const shape = read.map((c) => `${literal(c.name)}: ${literal(duckDbType(c.type))}`).join(', ')
    const list = kept.map((c) =>
      c.name in constants ? `${constants[c.name]} AS ${identifier(c.name)}` : identifier(c.name),
    )
    const source = `read_json([${paths.map(literal).join(', ')}], format = 'newline_delimited', columns = {${shape}})`
    return await copyOut(connection, `SELECT ${list.join(', ')} FROM ${source}`, {
      ...target,
      columns,
    })
  } finally {
    connection.closeSync()
  }
}

async function copyOut(
  connection: DuckDBConnection,
  select: string,
  target: {
    readonly folder: string
    readonly eventDay: string
    readonly columns: readonly TableColumn[]
  },
): Promise<DataFile> {
  const path = join(target.folder, `part-${randomUUID()}.zstd.parquet`)
  try {
    const result = await connection.run(
      `COPY (${select}) TO ${literal(path)} (${PARQUET_OPTIONS}, RETURN_STATS)`,
    )
    const [row] = await result.getRowObjectsJson()
    const rows = Number(row?.['count'])
    return {
      path,
      size: (await stat(path)).size,
      eventDay: target.eventDay,
      stats: fileStats(target.columns, rows, row?.['column_statistics']),
    }
  } catch (error) {
    await unlink(path).catch(() => undefined)
    throw error
  }
}
