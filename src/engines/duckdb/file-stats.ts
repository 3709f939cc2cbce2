import { type FileStats, textBound } from '../../core/file-stats.js'
import type { TableColumn, TableType } from '../../formats/table-schema.js'

type Leaf = { min?: string; max?: string; null_count?: string; num_values?: string }

/**
 * Delta's statistics of a file, from what `COPY … (RETURN_STATS)` says of it: ranges of the hot columns,
 * nulls of every one. A column that the file leaves out is null in every row.
 * @param returned the `column_statistics` value, a map of maps as JSON: `[{key, value: [{key, value}]}]`
 */
export function fileStats(
  columns: readonly TableColumn[],
  rows: number,
  returned: unknown,
): FileStats {
  const leaves = new Map<string, Leaf>()
  for (const { key, value } of returned as {
    key: string
    value: { key: string; value: string }[]
  }[]) {
    leaves.set(key, Object.fromEntries(value.map((v) => [v.key, v.value])))
  }
  const minValues: Record<string, unknown> = {}
  const maxValues: Record<string, unknown> = {}
  const nullCount: Record<string, unknown> = {}
  for (const column of columns) {
    if (column.name === 'event_day') continue
    const nulls = nullsOf(column.type, quoted(column.name), rows, leaves)
    if (nulls !== undefined) nullCount[column.name] = nulls
    const leaf = leaves.get(quoted(column.name))
    if (
      !column.hot ||
      typeof column.type !== 'string' ||
      leaf?.min === undefined ||
      leaf.max === undefined
    )
      continue
    minValues[column.name] = statValue(column.type, leaf.min, 'min')
    maxValues[column.name] = statValue(column.type, leaf.max, 'max')
  }
  return { numRecords: rows, minValues, maxValues, nullCount }
}

function nullsOf(
  type: TableType,
  path: string,
  rows: number,
  leaves: ReadonlyMap<string, Leaf>,
): unknown {
  if (typeof type === 'string') return Number(leaves.get(path)?.null_count ?? rows)
  // Delta keeps no null counts inside lists.
  if ('list' in type) return undefined
  return Object.fromEntries(
    type.struct.flatMap((field) => {
      const nulls = nullsOf(field.type, `${path}.${quoted(field.name)}`, rows, leaves)
      return nulls === undefined ? [] : [[field.name, nulls]]
    }),
  )
}

function statValue(type: TableType, text: string, end: 'min' | 'max'): unknown {
  switch (type) {
    case 'int':
    case 'long':
    case 'double':
      return Number(text)
    case 'boolean':
      return text === 'true' || text === '1'
    case 'timestamp':
      return `${text.slice(0, 10)}T${text.slice(11).replace(/\+00(:00)?$/, '')}Z`
    case 'string':
    case 'date':
      return textBound(text, end)
  }
}

/** A path part as DuckDB prints it in statistics. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
