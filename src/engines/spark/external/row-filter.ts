import { allColumns, type ExternalTable } from '../../../catalog/external-table.js'
import type { HiveType } from '../../../catalog/hive-type.js'
import { identifier, literal } from '../../../sql/text.js'
import type { ScanFilter } from '../../engine.js'

/**
 * In DuckDB's SQL: what holds for every row that a query wants; undefined when nothing is known. Spark filters
 * again, so that comparisons that are left out here cost time only.
 */
export function rowFilter(
  table: ExternalTable,
  places: readonly (readonly ScanFilter[])[],
): string | undefined {
  const types = new Map(allColumns(table).map((c) => [c.name, c.type]))
  const each = places.map((filters) =>
    filters.flatMap((f) => comparison(f, types.get(f.column)) ?? []).join(' AND '),
  )
  if (each.length === 0 || each.includes('')) return undefined
  return each.map((all) => `(${all})`).join(' OR ')
}

function comparison(
  { column, op, values }: ScanFilter,
  type: HiveType | undefined,
): string | undefined {
  const texts = values.map((value) => constant(value, type))
  if (texts.length === 0 || texts.includes(undefined)) return undefined
  return op === 'in'
    ? `${identifier(column)} IN (${texts.join(', ')})`
    : `${identifier(column)} ${op} ${texts[0]}`
}

function constant(
  value: ScanFilter['values'][number],
  type: HiveType | undefined,
): string | undefined {
  if (type?.kind === 'string' && typeof value === 'string') return literal(value)
  if (type?.kind === 'boolean' && typeof value === 'boolean') return String(value)
  const isWhole = type !== undefined && /^(?:tiny|small|big)?int$/.test(type.kind)
  return isWhole && Number.isSafeInteger(value) ? String(value) : undefined
}
