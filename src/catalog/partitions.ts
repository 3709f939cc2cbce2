import { HeadrigError } from '../core/errors.js'
import type { ExternalTable, Partition } from './external-table.js'
import { cleanLocation } from './location.js'
import { isRuledOut, mayHold, namedValues, type PartitionFilters } from './partition-predicate.js'
import { type Projected, projectedValues } from './projection/projected-values.js'

/** More partitions than this are not looked into by one query. */
const MOST_PARTITIONS = 1_000_000

/** Whether the partitions follow from the table's properties. */
export function isProjected(table: ExternalTable): boolean {
  return table.properties['projection.enabled']?.trim().toLowerCase() === 'true'
}

/**
 * The partitions that a query has to read: those that were added, or those that the properties project,
 * without the ones that its filters rule out. A table without partition columns is one partition.
 * Throws `invalid` when the projection cannot be read, when a query names no value of an injected
 * column, or when too many partitions are left.
 */
export function wantedPartitions(
  table: ExternalTable,
  added: readonly Partition[],
  filters: PartitionFilters,
  now: Date,
): Partition[] {
  if (table.written) return added.filter((p) => !isRuledOut(table, p.values, filters))
  if (table.partitionedBy.length === 0) return [{ values: [], location: table.location }]
  return isProjected(table)
    ? projected(table, filters, now)
    : added.filter((p) => !isRuledOut(table, p.values, filters))
}

function projected(table: ExternalTable, filters: PartitionFilters, now: Date): Partition[] {
  let combinations: string[][] = [[]]
  for (const column of table.partitionedBy) {
    const projection = projectedValues(table, column.name, now)
    const values = [...valuesOf(table, column.name, projection, filters)].filter((value) =>
      filters.some((place) => mayHold(column, value, place)),
    )
    if (combinations.length * values.length > MOST_PARTITIONS) {
      throw new HeadrigError(
        'invalid',
        `table ${table.name} has more than ${MOST_PARTITIONS} partitions that this query may mean: compare its partition columns (${table.partitionedBy.map((c) => c.name).join(', ')}) with constants`,
      )
    }
    combinations = combinations.flatMap((before) => values.map((value) => [...before, value]))
  }
  return combinations
    .filter((values) => !isRuledOut(table, values, filters))
    .map((values) => ({ values, location: projectedLocation(table, values) }))
}

function valuesOf(
  table: ExternalTable,
  column: string,
  projection: Projected,
  filters: PartitionFilters,
): Iterable<string> {
  if (projection !== 'injected') return projection.values()
  const named = namedValues(column, filters)
  if (named) return named
  throw new HeadrigError(
    'invalid',
    `table ${table.name} takes the values of ${column} from the query (injected projection): compare it with = or IN`,
  )
}

/** Where a projected partition lies: by `storage.location.template`, else `column=value` folders. */
export function projectedLocation(table: ExternalTable, values: readonly string[]): string {
  const template = table.properties['storage.location.template']
  if (template === undefined) {
    const folders = table.partitionedBy.map(
      (c, i) => `${c.name}=${checkedPart(table, values[i] ?? '')}`,
    )
    return [table.location, ...folders].join('/')
  }
  const place = template.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    const at = table.partitionedBy.findIndex((c) => c.name === name.trim().toLowerCase())
    const value = values[at]
    if (value !== undefined) return checkedPart(table, value)
    throw new HeadrigError(
      'invalid',
      `table ${table.name}: storage.location.template names \${${name}}, which is no partition column`,
    )
  })
  return cleanLocation(place, '/')
}

/** A value from a query becomes part of a path, and must not lead out of it. */
function checkedPart(table: ExternalTable, value: string): string {
  if (!value.split('/').some((part) => part === '..' || part === '.')) return value
  throw new HeadrigError(
    'invalid',
    `table ${table.name}: ${JSON.stringify(value)} cannot be part of a location`,
  )
}
