import { randomUUID } from 'node:crypto'
import { stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { TableColumn } from '../../formats/table-schema.js'
import { identifier, literal } from '../../sql/text.js'
import type { DataFile } from '../engine.js'
import { readColumnLines } from './column-lines.js'
import { fileStats } from './file-stats.js'
import { duckDbType } from './types.js'
import { onConnection } from './on-connection.js'
import type { DuckDbEngine } from './open.js'

/** How data files are written: zstd 1 costs half of the default's time and 1 % more bytes on these logs. */
const PARQUET_OPTIONS = `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 65536`

/** Writes a data file again without the rows that the table `drops` lists for its number. */
export async function withoutDrops(
  engine: DuckDbEngine,
  file: { readonly path: string; readonly eventDay: string; readonly number: number },
  drops: string,
  target: { readonly folder: string; readonly columns: readonly TableColumn[] },
): Promise<DataFile> {
  return onConnection(engine, async (connection) => {
    const source = `read_parquet(${literal(file.path)}, file_row_number = true, hive_partitioning = false) AS s`
    const kept = `NOT EXISTS (SELECT 1 FROM ${drops} AS d WHERE d.f = ${file.number} AND d.r = s.file_row_number)`
    return await copyOut(
      connection,
      `SELECT * EXCLUDE (file_row_number) FROM ${source} WHERE ${kept}`,
      {
        ...target,
        eventDay: file.eventDay,
      },
    )
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
  return encodeJson(engine, columns, constants, target, (read) => {
    const shape = read.map((c) => `${literal(c.name)}: ${literal(duckDbType(c.type))}`).join(', ')
    return `read_json([${paths.map(literal).join(', ')}], format = 'newline_delimited', columns = {${shape}})`
  })
}

/**
 * As `encodeJsonLines`, from one file as `columnLines` writes it. Timestamps are milliseconds since the epoch.
 */
export async function encodeColumnLines(
  engine: DuckDbEngine,
  path: string,
  columns: readonly TableColumn[],
  constants: Readonly<Record<string, string>>,
  target: { readonly folder: string; readonly eventDay: string },
): Promise<DataFile> {
  return encodeJson(engine, columns, constants, target, (read) => readColumnLines(path, read))
}

async function encodeJson(
  engine: DuckDbEngine,
  columns: readonly TableColumn[],
  constants: Readonly<Record<string, string>>,
  target: { readonly folder: string; readonly eventDay: string },
  sourceOf: (read: readonly TableColumn[]) => string,
): Promise<DataFile> {
  return onConnection(engine, async (connection) => {
    const kept = columns.filter((c) => c.name !== 'event_day')
    const source = sourceOf(kept.filter((c) => !(c.name in constants)))
    const list = kept.map((c) =>
      c.name in constants ? `${constants[c.name]} AS ${identifier(c.name)}` : identifier(c.name),
    )
    return await copyOut(connection, `SELECT ${list.join(', ')} FROM ${source}`, {
      ...target,
      columns,
    })
  })
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
