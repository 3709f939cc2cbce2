import type { FileStats } from '../core/file-stats.js'
import type { TableColumn } from '../formats/table-schema.js'

type Values = Readonly<Record<string, unknown>>

/** Statistics of files that become one: ranges that hold for all of them, or none. */
export function mergeStats(
  columns: readonly TableColumn[],
  parts: readonly FileStats[],
): FileStats {
  const minValues: Record<string, unknown> = {}
  const maxValues: Record<string, unknown> = {}
  for (const { name, type } of columns) {
    const filled = parts.filter((p) => p.nullCount[name] !== p.numRecords)
    const mins = filled.map((p) => p.minValues[name])
    const maxs = filled.map((p) => p.maxValues[name])
    if (filled.length === 0 || mins.includes(undefined) || maxs.includes(undefined)) continue
    const key = type === 'timestamp' ? timestampKey : plainKey
    minValues[name] = mins.reduce((a, b) => (less(key(b), key(a)) ? b : a))
    maxValues[name] = maxs.reduce((a, b) => (less(key(a), key(b)) ? b : a))
  }
  return {
    numRecords: parts.reduce((sum, p) => sum + p.numRecords, 0),
    minValues,
    maxValues,
    nullCount: addUp(parts.map((p) => p.nullCount)),
  }
}

function plainKey(value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value) : value
}

/** Without a fraction the `Z` would sort after one. */
function timestampKey(value: unknown): unknown {
  const [whole = '', fraction = ''] = String(value as string)
    .replace(/Z$/, '')
    .split('.')
  return Buffer.from(`${whole}.${fraction.padEnd(9, '0')}`)
}

function less(a: unknown, b: unknown): boolean {
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return Buffer.compare(a, b) < 0
  return Number(a) < Number(b)
}

/** A count that one of them lacks is known of none. */
function addUp(counts: readonly Values[]): Record<string, unknown> {
  const sums: Record<string, unknown> = {}
  for (const name of Object.keys(counts[0] ?? {})) {
    const values = counts.map((c) => c[name])
    if (values.every((v) => typeof v === 'number')) sums[name] = values.reduce((a, b) => a + b, 0)
    else if (values.every((v) => typeof v === 'object' && v !== null))
      sums[name] = addUp(values as Values[])
  }
  return sums
}
