import { randomUUID } from 'node:crypto'
import { chmod, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { mapLimit } from '../../core/concurrency.js'
import { HeadrigError } from '../../core/errors.js'
import { sparkPath } from '../../engines/spark/tables.js'
import { differs, sparkText } from '../../sql/spark/spark-text.js'
import { download } from '../../storage/download.js'
import type { StoredObject } from '../../storage/store.js'
import type { LakeContext } from '../context.js'
import { openOnSpark } from '../spark-query.js'
import { sparkPlace } from '../spark-place.js'
import type { Output } from './output.js'
import { below, folderOf, type Place, type PlacedFile } from './place.js'
import { rowSql } from './row-sql.js'
import { SPARK_WORDS } from './spark-words.js'
import { labelled, makeDurable, valuesOf } from './write-duckdb.js'
import type { RowsToWrite, WrittenRows } from './written-rows.js'

const AT_ONCE = 4

/**
 * Writes the rows of a query by Spark's executors, side by side; undefined when DuckDB is to do it. Under a
 * label (a prefix that others read) they write to a hidden place first, and their files are carried from
 * there to their names.
 */
export async function writeBySpark(
  rows: RowsToWrite,
  place: Place,
  context: LakeContext,
): Promise<WrittenRows | undefined> {
  const spark = await sparkPlace(context.settings.engine, context)
  if (!spark) return undefined
  if (rows.output.format === 'csv' && rows.output.header) {
    if (context.settings.engine === 'auto') return undefined
    throw differs('INSERT OVERWRITE DIRECTORY with the header of CSV')
  }
  const writesS3 = place.location.startsWith('s3:')
  const open = await openOnSpark(rows.query, context, spark, { writesS3 })
  if (!open) return undefined
  const { asked, session } = open
  const staging = rows.label === undefined ? place : below(place, `_headrig-staging-${rows.label}`)
  try {
    const { columns: given } = asked.tree
    const columns = rows.columns(given)
    const values = valuesOf(columns, rows.sources, sparkText)
    const select = rowSql(columns, values, rows.output, rows.partitionNames, SPARK_WORDS)
    const list = given.map((_, i) => `c${i}`).join(', ')
    await session.write(
      `SELECT ${select} FROM (\n${asked.statement}\n) AS q(${list})`,
      {
        path: sparkPath(staging.location),
        source: rows.output.format === 'parquet' ? 'parquet' : 'text',
        partitionBy: rows.partitionNames,
        options: optionsOf(rows.output),
      },
      context.signal,
    )
    const files = await finished(staging)
    const own = rows.label === undefined ? files : await carried(files, rows.label, place, context)
    return { columns, files: own }
  } finally {
    await session.close()
    if (staging !== place) await removeBelow(staging)
  }
}

function optionsOf({ compression }: Output): Record<string, string> {
  return {
    compression,
    // Says whether what the executors wrote can be seen from here.
    'mapreduce.fileoutputcommitter.marksuccessfuljobs': 'true',
  }
}

/** The files that Spark wrote, without what it keeps beside them. */
async function finished(place: Place): Promise<PlacedFile[]> {
  const { store, prefix, location } = place
  const found: StoredObject[] = []
  for await (const object of store.list(prefix)) found.push(object)
  const done = `${prefix}_SUCCESS`
  if (!found.some((o) => o.key === done)) {
    throw new HeadrigError(
      'unavailable',
      `what spark wrote to ${location} cannot be seen from here: its workers have other disks, so write to s3://`,
    )
  }
  const isHidden = ({ key }: StoredObject): boolean => /(?:^|\/)[._]/.test(key.slice(prefix.length))
  for (const object of found.filter(isHidden)) await store.delete(object.key)
  const files = found.filter((o) => !isHidden(o))
  const folder = folderOf(place)
  if (folder !== undefined) await makePrivate(folder)
  return files.map(({ key, size }) => ({ key, size }))
}

async function makePrivate(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) await chmod(path, 0o700)
    else await makeDurable(path)
  }
}

/** Copies files to names of their own below the place. */
async function carried(
  files: readonly PlacedFile[],
  label: string,
  { store, prefix }: Place,
  { spillFolder, signal }: LakeContext,
): Promise<PlacedFile[]> {
  const from = `${prefix}_headrig-staging-${label}/`
  return mapLimit(files, AT_ONCE, async (file, i) => {
    const path = join(spillFolder, randomUUID())
    try {
      await download(store, file, path, signal)
      const key = `${prefix}${labelled(file.key.slice(from.length), label, i)}`
      await store.putFile(key, path)
      return { key, size: file.size }
    } finally {
      await rm(path, { force: true })
    }
  })
}

async function removeBelow({ store, prefix }: Place): Promise<void> {
  const keys: string[] = []
  for await (const { key } of store.list(prefix)) keys.push(key)
  await mapLimit(keys, AT_ONCE, (key) => store.delete(key))
}
