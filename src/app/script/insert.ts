import { type CatalogEntry, openCatalog, valuesKey } from '../../catalog/catalog.js'
import {
  allColumns,
  type ExternalColumn,
  type ExternalTable,
  type Partition,
} from '../../catalog/external-table.js'
import { didYouMean } from '../../core/closest.js'
import { HeadrigError, isKind } from '../../core/errors.js'
import type { LakeContext } from '../context.js'
import type { QueryOptions } from '../query-parts.js'
import { tableOutput } from './output.js'
import { below, placeOf } from './place.js'
import type { Statement } from './statement.js'
import { endTableWrite, partsOf, removeWrite, startTableWrite } from './table-files.js'
import { writeRows } from './write-rows.js'
import type { ColumnSources, WrittenRows } from './written-rows.js'

type Insert = Statement & { readonly kind: 'insert' }

/**
 * Adds the rows of a query to a table that `CREATE TABLE` made, or puts them in place of its rows. The
 * change of the catalog is the commit: a query reads the table as it was or as it is.
 * @throws `not-found`, `invalid` for a table of others and for columns that do not fit
 */
export async function insertRows(
  insert: Insert,
  query: QueryOptions,
  context: LakeContext,
): Promise<WrittenRows> {
  const catalog = openCatalog(context.store)
  const { table } = await writtenEntry(insert.table, context)
  const sources = sourcesOf(insert, table)
  const base = placeOf(table.location, context)
  const mark = await startTableWrite(base)
  try {
    const place = below(base, mark.id)
    let isWritten = false
    try {
      const written = await writeRows(
        {
          query,
          output: tableOutput(table),
          partitionNames: table.partitionedBy.map((c) => c.name),
          columns: (given) => fitting(table, sources, given.length),
          sources,
        },
        place,
        context,
      )
      const parts = await partsOf(table, place, written, context)
      isWritten = true
      await catalog.update(insert.table, (entry) => {
        if (JSON.stringify(entry.table) !== JSON.stringify(table)) {
          isWritten = false
          throw new HeadrigError('conflict', `table ${table.name} was changed meanwhile: try again`)
        }
        return { table, partitions: changed(entry, parts, insert) }
      })
      return written
    } catch (error) {
      // Where it failed after that, the change may be there.
      if (!isWritten) await removeWrite(base, mark.id)
      throw error
    }
  } finally {
    await endTableWrite(mark, table.name, base, context)
  }
}

/** @throws `invalid` when a query of so many columns cannot be written to the table */
export function checkInsert(insert: Insert, table: ExternalTable, given: number): void {
  if (!table.written) throw foreign(table.name)
  fitting(table, sourcesOf(insert, table), given)
}

function foreign(name: string): HeadrigError {
  return new HeadrigError(
    'invalid',
    `the files of table ${name} are others': only tables made by CREATE TABLE, without EXTERNAL, are written`,
  )
}

/** A table that is written here. */
async function writtenEntry(name: string, context: LakeContext): Promise<CatalogEntry> {
  const isOfLake = (await context.lake.tables()).includes(name)
  const entry = await openCatalog(context.store)
    .entry(name)
    .catch((error: unknown) => {
      if (isOfLake && isKind(error, 'not-found')) return undefined
      throw error
    })
  if (entry?.table.written) return entry
  if (entry) throw foreign(name)
  throw new HeadrigError(
    'invalid',
    `${name} is a table of the lake: it is filled by headrig collect`,
  )
}

function sourcesOf({ partition, columns }: Insert, table: ExternalTable): ColumnSources {
  const partitions = table.partitionedBy.map((c) => c.name)
  const all = allColumns(table).map((c) => c.name)
  const constants = new Map<string, string>()
  for (const { name, value } of partition) {
    checkName(name, partitions, `partition column of ${table.name}`)
    if (value !== undefined) constants.set(name, value)
  }
  for (const name of columns ?? []) checkName(name, all, `column of ${table.name}`)
  const order = columns ?? all.filter((name) => !constants.has(name))
  return { constants, order }
}

function checkName(name: string, known: readonly string[], what: string): void {
  if (known.includes(name)) return
  throw new HeadrigError(
    'invalid',
    `${JSON.stringify(name)} is no ${what}${didYouMean(name, known)}`,
  )
}

function fitting(
  table: ExternalTable,
  { order }: ColumnSources,
  given: number,
): readonly ExternalColumn[] {
  if (given === order.length) return allColumns(table)
  throw new HeadrigError(
    'invalid',
    `the query gives ${given} columns, table ${table.name} takes ${order.length}: ${order.join(', ')}`,
  )
}

/** The parts of the table with the new ones. */
function changed(
  { table, partitions }: CatalogEntry,
  added: readonly Partition[],
  { overwrite, partition }: Insert,
): readonly Partition[] {
  const own = new Set(added.map((p) => p.location))
  // Called again after a request that seemed to fail, they are there.
  const others = partitions.filter((p) => !own.has(p.location))
  if (!overwrite) return [...others, ...added]
  const statics = new Map(
    partition.flatMap((p) => (p.value === undefined ? [] : [[p.name, p.value]])),
  )
  const isDynamic = partition.some((p) => p.value === undefined)
  const replaced = new Set(added.map((p) => valuesKey(p.values)))
  const kept = others.filter((p) => {
    if (partition.length === 0) return false
    const matches = table.partitionedBy.every(({ name }, i) => {
      const wanted = statics.get(name)
      return wanted === undefined || wanted === p.values[i]
    })
    return !(matches && (!isDynamic || replaced.has(valuesKey(p.values))))
  })
  return [...kept, ...added]
}
