import { openCatalog } from '../../catalog/catalog.js'
import { checkTable } from '../../catalog/check-table.js'
import type { ExternalColumn, ExternalTable } from '../../catalog/external-table.js'
import { LAZY_SIMPLE } from '../../catalog/stored-as.js'
import { HeadrigError } from '../../core/errors.js'
import { type LakeContext, requireLake } from '../context.js'
import { checkNewName } from '../external/new-name.js'
import type { QueryOptions } from '../query-parts.js'
import { checkEmpty, checkTarget } from './guard-target.js'
import { outputOf, tableOutput } from './output.js'
import { below, placeOf } from './place.js'
import type { NewTable, Statement } from './statement.js'
import { namesIn } from './store-directory.js'
import {
  defaultLocation,
  endTableWrite,
  partsOf,
  removeWrite,
  startTableWrite,
} from './table-files.js'
import type { WriteOptions } from './write-directory.js'
import { isNested, writtenColumns } from './written-columns.js'
import { writeRows } from './write-rows.js'
import type { WrittenRows } from './written-rows.js'

/**
 * Makes a table with the rows of a query, or an empty one. The catalog's entry, which comes last, is the
 * commit: before it nobody sees the table. Undefined when it is there already and may be.
 * @throws `conflict` for a name that is taken, or a place that is not empty
 */
export async function createTable(
  { table: given, ifNotExists }: Statement & { kind: 'create' },
  query: QueryOptions | undefined,
  { cwd }: Pick<WriteOptions, 'cwd'>,
  context: LakeContext,
): Promise<WrittenRows | undefined> {
  const catalog = openCatalog(context.store)
  if (query) await requireLake(context)
  await checkNewName(given.name, context)
  if ((await catalog.names()).includes(given.name)) {
    if (ifNotExists) return undefined
    throw taken(given.name)
  }
  const location = await locationOf(given, cwd, context)
  if (!query) {
    const table = newTable(given, location)
    if (await catalog.create(table)) return { columns: table.columns, files: [], rows: 0 }
    throw taken(given.name)
  }
  const base = placeOf(location, context)
  const mark = await startTableWrite(base)
  try {
    const place = below(base, mark.id)
    const rows = {
      query,
      output: outputOf({ ...given, columns: [], location }),
      partitionNames: given.partitionNames,
      columns: (columns: Parameters<typeof writtenColumns>[0]) => {
        newTable(given, location, columns)
        return writtenColumns(columns)
      },
    }
    let isWritten = false
    try {
      const written = await writeRows(rows, place, context)
      const table = settled(given, location, stored(written.columns, given))
      const parts = await partsOf(table, place, written, context)
      isWritten = true
      const isMade = (await catalog.create(table, parts)) !== undefined
      if (!isMade && !(await holds(catalog, given.name, place.location))) {
        isWritten = false
        throw taken(given.name)
      }
      return written
    } catch (error) {
      // Where it failed after that, the table may be there.
      if (!isWritten) await removeWrite(base, mark.id)
      throw error
    }
  } finally {
    await endTableWrite(mark, given.name, base, context)
  }
}

/** Whether a request that seemed to fail made the table. */
async function holds(
  catalog: ReturnType<typeof openCatalog>,
  name: string,
  location: string,
): Promise<boolean> {
  const { partitions } = await catalog.entry(name)
  return partitions.some((p) => p.location.startsWith(location))
}

async function locationOf(
  { name, location }: NewTable,
  cwd: string,
  context: LakeContext,
): Promise<string> {
  if (location === undefined) return defaultLocation(name, context)
  const target = await checkTarget(location, cwd, context)
  checkEmpty(location, await namesIn(placeOf(target, context)), 'a table begins in an empty place')
  return target
}

/**
 * The table as a statement makes it of a query's columns, or of its own.
 * @throws `invalid` for columns that it cannot hold
 */
export function newTable(
  given: NewTable,
  location: string,
  columns?: Parameters<typeof writtenColumns>[0],
): ExternalTable {
  return settled(
    given,
    location,
    columns ? stored(writtenColumns(columns), given) : declared(given),
  )
}

/** The columns of a table without a query, those of its partitions at the end. */
function declared({ columns, partitionedBy }: NewTable): ExternalColumn[] {
  return [...columns, ...partitionedBy]
}

/** The table, its columns parted from those of its partitions. */
function settled(
  { partitionNames, ...given }: NewTable,
  location: string,
  columns: readonly ExternalColumn[],
): ExternalTable {
  const partitionedBy = partitionNames.map((name) => {
    const found = columns.find((c) => c.name === name)
    if (found) return found
    throw new HeadrigError(
      'invalid',
      `table ${given.name} is partitioned by ${name}, which is no column of it: it has ${columns.map((c) => c.name).join(', ')}`,
    )
  })
  const table: ExternalTable = {
    ...given,
    location,
    columns: columns.filter((c) => !partitionNames.includes(c.name)),
    partitionedBy,
  }
  checkTable(table, new Date())
  tableOutput(table)
  return table
}

/** Text holds lists, maps and structs as JSON. */
function stored(columns: readonly ExternalColumn[], { serde }: NewTable): ExternalColumn[] {
  return columns.map((c) =>
    serde === LAZY_SIMPLE && isNested(c.type) ? { ...c, type: { kind: 'string' } } : c,
  )
}

function taken(name: string): HeadrigError {
  return new HeadrigError(
    'conflict',
    `there is a table ${name} already: drop it, or write CREATE TABLE IF NOT EXISTS`,
  )
}
