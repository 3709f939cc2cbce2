import { compareKeys } from '../storage/key.js'
import type { ExternalColumn, ExternalTable } from './external-table.js'

/** A comparison that a query makes; the values are in the column's own terms. */
export interface PartitionFilter {
  readonly column: string
  readonly op: '=' | '<' | '<=' | '>' | '>=' | 'in'
  readonly values: readonly (string | number | boolean)[]
}

/** For each place that reads the table the filters that must all hold; any place keeps a partition. */
export type PartitionFilters = readonly (readonly PartitionFilter[])[]

/** True unless the filters rule the value of that column out. */
export function mayHold(
  column: ExternalColumn,
  value: string | null,
  filters: readonly PartitionFilter[],
): boolean {
  return filters.every((f) => f.column !== column.name || holds(column, value, f))
}

/** The values that filters name for a column, in place after place; undefined: some place names none. */
export function namedValues(column: string, filters: PartitionFilters): string[] | undefined {
  const named = new Set<string>()
  for (const place of filters) {
    const one = place.find((f) => f.column === column && (f.op === '=' || f.op === 'in'))
    if (!one) return undefined
    for (const value of one.values) named.add(String(value))
  }
  return [...named]
}

/** True when no place of the query can want the partition. */
export function isRuledOut(
  { partitionedBy }: ExternalTable,
  values: readonly (string | null)[],
  filters: PartitionFilters,
): boolean {
  return !filters.some((place) =>
    partitionedBy.every((column, i) => mayHold(column, values[i] ?? null, place)),
  )
}

function holds(column: ExternalColumn, value: string | null, filter: PartitionFilter): boolean {
  if (value === null) return false
  const orders = filter.values.map((wanted) => order(column, value, wanted))
  return orders.some((o) => {
    if (o === undefined) return true
    switch (filter.op) {
      case '=':
      case 'in':
        return o === 0
      case '<':
        return o < 0
      case '<=':
        return o <= 0
      case '>':
        return o > 0
      case '>=':
        return o >= 0
    }
  })
}

/** Below 0 when the value sorts before; undefined when they cannot be compared. */
function order(
  { type }: ExternalColumn,
  value: string,
  wanted: string | number | boolean,
): number | undefined {
  if (/^(?:tiny|small|big)?int$/.test(type.kind)) {
    const number = Number(value)
    return typeof wanted === 'number' && Number.isSafeInteger(number) ? number - wanted : undefined
  }
  if (typeof wanted !== 'string') return undefined
  const sortsAsText =
    type.kind === 'string' || (type.kind === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(value))
  return sortsAsText ? compareKeys(value, wanted) : undefined
}
