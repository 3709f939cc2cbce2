import type { CatalogEntry } from '../../catalog/catalog.js'
import type { ExternalColumn } from '../../catalog/external-table.js'
import { typeText } from '../../catalog/hive-type.js'
import type { DdlAnswer } from './ddl-answer.js'

/** What Hive's DESCRIBE shows: the columns, those of the partitions again below a heading. */
export function describeRows({ table, partitions }: CatalogEntry, extended: boolean): DdlAnswer {
  const row = ({ name, type, comment = '' }: ExternalColumn): string[] => [
    name,
    typeText(type),
    comment,
  ]
  const { columns, partitionedBy } = table
  const rows = [...columns, ...partitionedBy].map(row)
  if (partitionedBy.length > 0) {
    rows.push(['', '', ''], ['# Partition Information', '', ''], ...partitionedBy.map(row))
  }
  if (extended) {
    rows.push(
      ['', '', ''],
      ['# Detailed Table Information', '', ''],
      ['Location', table.location, ''],
      ['SerDe', table.serde, ''],
      ['InputFormat', table.inputFormat, ''],
      ['Partitions', String(partitions.length), ''],
    )
  }
  return { columns: ['col_name', 'data_type', 'comment'], rows }
}
