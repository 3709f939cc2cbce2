import { didYouMean } from '../core/closest.js'
import { HeadrigError } from '../core/errors.js'
import { type CatalogChange, type CatalogEntry, valuesKey } from './catalog.js'
import type { PartitionSpec } from './ddl-statement.js'
import type { ExternalTable, Partition } from './external-table.js'
import { partitionName } from './hive-folders.js'

/**
 * The entry with these partitions as well. Throws `conflict` for one that is there already, unless
 * `ifNotExists`; `invalid` when a value is missing.
 */
export function addPartitions(
  entry: CatalogEntry,
  added: readonly { readonly spec: PartitionSpec; readonly location?: string }[],
  ifNotExists: boolean,
): CatalogChange {
  const { table } = entry
  const partitions = new Map(entry.partitions.map((p) => [valuesKey(p.values), p]))
  for (const { spec, location } of added) {
    checkColumns(table, spec)
    const values = table.partitionedBy.map(({ name }) => {
      const value = spec[name]
      if (value !== undefined) return value
      throw new HeadrigError(
        'invalid',
        `the partition gives no ${name}: table ${table.name} is partitioned by ${table.partitionedBy.map((c) => c.name).join(', ')}`,
      )
    })
    const key = valuesKey(values)
    if (partitions.has(key)) {
      if (ifNotExists) continue
      throw new HeadrigError(
        'conflict',
        `table ${table.name} has the partition ${partitionName(table, values)} already: write ADD IF NOT EXISTS`,
      )
    }
    const own = `${table.location}/${partitionName(table, values)}`
    partitions.set(key, { values, location: location ?? own })
  }
  return { table, partitions: [...partitions.values()] }
}

/** The entry with partitions that were found; those that it has keep their place. */
export function mergePartitions(
  entry: CatalogEntry,
  found: readonly Partition[],
): { readonly change: CatalogChange; readonly added: readonly Partition[] } {
  const known = new Set(entry.partitions.map((p) => valuesKey(p.values)))
  const added = found.filter((p) => !known.has(valuesKey(p.values)))
  return { change: { table: entry.table, partitions: [...entry.partitions, ...added] }, added }
}

/**
 * The entry without the partitions that have these values; a column that is not named may have any.
 * Throws `not-found` when there is none, unless `ifExists`.
 */
export function dropPartitions(
  entry: CatalogEntry,
  specs: readonly PartitionSpec[],
  ifExists: boolean,
): CatalogChange {
  let { partitions } = entry
  for (const spec of specs) {
    const left = partitions.filter((p) => !matches(entry.table, p, spec))
    if (left.length === partitions.length && !ifExists) {
      throw new HeadrigError(
        'not-found',
        `table ${entry.table.name} has no partition ${Object.entries(spec)
          .map(([k, v]) => `${k}=${v}`)
          .join('/')}: SHOW PARTITIONS lists them`,
      )
    }
    partitions = left
  }
  return { table: entry.table, partitions }
}

/** The partitions with these values. */
export function matchingPartitions(entry: CatalogEntry, spec: PartitionSpec): Partition[] {
  checkColumns(entry.table, spec)
  return entry.partitions.filter((p) => matches(entry.table, p, spec))
}

function matches(table: ExternalTable, { values }: Partition, spec: PartitionSpec): boolean {
  checkColumns(table, spec)
  return table.partitionedBy.every((c, i) => {
    const wanted = spec[c.name]
    return wanted === undefined || wanted === values[i]
  })
}

function checkColumns(table: ExternalTable, spec: PartitionSpec): void {
  const names = table.partitionedBy.map((c) => c.name)
  for (const name of Object.keys(spec)) {
    if (names.includes(name)) continue
    throw new HeadrigError(
      'invalid',
      names.length === 0
        ? `table ${table.name} has no partition columns`
        : `${JSON.stringify(name)} is no partition column of ${table.name}${didYouMean(name, names)}`,
    )
  }
}
