import { HeadrigError } from '../core/errors.js'
import type { ExternalTable } from './external-table.js'
import { isProjected, projectedLocation } from './partitions.js'
import { projectedValues } from './projection/projected-values.js'
import { readerOf } from './serdes/index.js'

/**
 * Finds what is wrong with a table before a query does. Throws `invalid` for a SerDe or a property
 * that is not supported, and for a partition projection that cannot be read.
 */
export function checkTable(table: ExternalTable, now: Date): void {
  readerOf(table)
  if (table.columns.length === 0) {
    throw new HeadrigError(
      'invalid',
      `table ${table.name} has no columns: list them after its name`,
    )
  }
  const footer = table.properties['skip.footer.line.count'] ?? '0'
  if (footer.trim() !== '0') {
    throw new HeadrigError(
      'invalid',
      `table ${table.name}: property "skip.footer.line.count" is ${JSON.stringify(footer)}: lines at the end of files cannot be skipped`,
    )
  }
  if (!isProjected(table)) return
  if (table.partitionedBy.length === 0) {
    throw new HeadrigError(
      'invalid',
      `table ${table.name} has "projection.enabled" and no PARTITIONED BY: name the columns there`,
    )
  }
  for (const { name } of table.partitionedBy) projectedValues(table, name, now)
  projectedLocation(
    table,
    table.partitionedBy.map(() => 'x'),
  )
}
