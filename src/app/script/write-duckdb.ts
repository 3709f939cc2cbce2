import { randomUUID } from 'node:crypto'
import { chmod, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { ExternalColumn } from '../../catalog/external-table.js'
import { mapLimit } from '../../core/concurrency.js'
import { identifier, literal } from '../../sql/text.js'
import type { LakeContext } from '../context.js'
import { openQuery } from '../query.js'
import { inQuery } from './in-query.js'
import { extensionOf, type Output } from './output.js'
import { folderOf, type Place } from './place.js'
import { DUCKDB_WORDS } from './duckdb-words.js'
import { rowSql } from './row-sql.js'
import type { ColumnSources, RowsToWrite, WrittenRows } from './written-rows.js'

/** The most that a file holds, roughly; bytes. */
const FILE_BYTES = 256 * 2 ** 20
const UPLOADS = 4

/** Writes the rows of a query into a place, in files of bounded size, readable by their owner only. */
export async function writeByDuckDb(
  rows: RowsToWrite,
  place: Place,
  context: LakeContext,
): Promise<WrittenRows> {
  const own = folderOf(place)
  const folder = own ?? join(context.spillFolder, randomUUID())
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    const { columns, count } = await copyTo(folder, rows, context)
    const paths = await filesBelow(folder)
    const files = await mapLimit(paths, UPLOADS, async (path, i) => {
      context.signal.throwIfAborted()
      await makeDurable(path)
      const { size } = await stat(path)
      const name = relative(folder, path)
      const key = `${place.prefix}${own === undefined ? labelled(name, rows.label, i) : name}`
      if (own === undefined) await place.store.putFile(key, path)
      return { key, size }
    })
    return { columns, files, rows: count }
  } finally {
    if (own === undefined) await rm(folder, { recursive: true, force: true })
  }
}

/** `day=1/part-<label>-00003.parquet` */
export function labelled(name: string, label: string | undefined, index: number): string {
  if (label === undefined) return name
  const at = name.lastIndexOf('/') + 1
  const extension = /\.(?:parquet|(?:json|csv|txt)(?:\.gz)?)$/.exec(name)?.[0] ?? ''
  return `${name.slice(0, at)}part-${label}-${String(index).padStart(5, '0')}${extension}`
}

async function copyTo(
  folder: string,
  { query, output, partitionNames, columns: fit, sources }: RowsToWrite,
  context: LakeContext,
): Promise<{ columns: readonly ExternalColumn[]; count: number }> {
  const { planned, session, run, close } = await openQuery(query, context, `${folder}/`)
  try {
    const given = (await session.query(planned.sql, run)).columns
    const columns = fit(given)
    const values = valuesOf(columns, sources, literal)
    const list = given.map((_, i) => `c${i}`).join(', ')
    const select = `SELECT ${rowSql(columns, values, output, partitionNames, DUCKDB_WORDS)} FROM (${planned.sql}\n) AS q(${list})`
    const options = copyOptions(output, columns, partitionNames)
    const copy = `COPY (${select}) TO ${literal(folder)} (${options.join(', ')})`
    let count = 0
    try {
      const { batches } = await session.query(copy, run)
      for await (const [row] of batches) count = Number(row?.[0])
    } catch (error) {
      throw inQuery(error, copy, planned.sql)
    }
    return { columns, count }
  } finally {
    await close()
  }
}

/** What each column is in SQL over the query's own columns `c0`, `c1`, …; null when nothing gives it. */
export function valuesOf(
  columns: readonly ExternalColumn[],
  sources: ColumnSources | undefined,
  text: (value: string) => string,
): string[] {
  const order = sources?.order ?? columns.map((c) => c.name)
  return columns.map(({ name }) => {
    const constant = sources?.constants.get(name)
    if (constant !== undefined) return text(constant)
    const i = order.indexOf(name)
    return i < 0 ? 'NULL' : `c${i}`
  })
}

function copyOptions(
  output: Output,
  columns: readonly ExternalColumn[],
  partitionNames: readonly string[],
): string[] {
  const extension = extensionOf(output).slice(1)
  const split =
    partitionNames.length > 0
      ? [`PARTITION_BY (${partitionNames.map(identifier).join(', ')})`]
      : [`FILE_SIZE_BYTES ${FILE_BYTES}`]
  const shared = [
    ...split,
    `FILENAME_PATTERN 'part-{uuid}'`,
    `FILE_EXTENSION ${literal(extension)}`,
    'OVERWRITE_OR_IGNORE true',
  ]
  if (output.format === 'parquet') {
    const codec = output.compression === 'none' ? 'uncompressed' : output.compression
    return ['FORMAT parquet', `COMPRESSION ${codec}`, ...shared]
  }
  const header = output.format === 'csv' && output.header
  // The one column is a whole line: nothing of it is quoted again.
  const plain = `DELIMITER E'\\x1e', QUOTE '', ESCAPE '', NULLSTR E'\\x1d'`
  return [`FORMAT csv, HEADER ${header}, COMPRESSION ${output.compression}, ${plain}`, ...shared]
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name))
  return paths.filter((p) => !/\/[._][^/]*$/.test(p)).toSorted()
}

/** Readable by its owner only, and on disk. */
export async function makeDurable(path: string): Promise<void> {
  await chmod(path, 0o600)
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
