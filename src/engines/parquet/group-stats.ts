import type { FileStats } from '../../core/file-stats.js'
import type { TableColumn, TableType } from '../../formats/table-schema.js'
import { statValue } from '../../front/parquet/stats.js'
import type { ColumnChunk, RowGroup } from './parquet-file.js'
import { leafKey, leavesOf } from './schema.js'
import type { ThriftStruct } from './thrift.js'
import { bytesIn, numberIn, structIn } from './thrift-values.js'

// Field numbers of parquet.thrift. The old bounds (1 and 2) have no order that holds for text.
const STATISTICS = 12
const BOUND = { nulls: 3, max: 5, min: 6 }
const WIDTHS: readonly (number | undefined)[] = [1, 4, 8, undefined, undefined, 8]

/**
 * Delta's statistics of a row group, from what its file says of it: ranges of the hot columns, nulls of
 * every one. A column that it leaves out is null in every row; of a list's nulls a file knows nothing.
 */
export function groupStats(columns: readonly TableColumn[], group: RowGroup): FileStats {
  const minValues: Record<string, unknown> = {}
  const maxValues: Record<string, unknown> = {}
  const nullCount: Record<string, unknown> = {}
  for (const column of columns) {
    const { name, type } = column
    const held = leavesOf(column).some((l) => group.chunks.has(l.key))
    const nulls = nullsOf(type, [name], group, held)
    if (nulls !== undefined) nullCount[name] = nulls
    if (!column.hot || typeof type !== 'string') continue
    const [min, max] = boundsOf(group.chunks.get(name)) ?? []
    if (!min || !max || (type === 'string' && ![min, max].every(isText))) continue
    const [low, high] = [statValue(type, min, 'min'), statValue(type, max, 'max')]
    if (Number.isNaN(low) || Number.isNaN(high)) continue
    minValues[name] = low
    maxValues[name] = high
  }
  return { numRecords: group.rows, minValues, maxValues, nullCount }
}

/** From when to when a row group reaches, µs; null when no row has a time, undefined when that is not known. */
export function spanOf(
  group: RowGroup,
  column: string,
): { readonly from: number; readonly to: number } | null | undefined {
  const chunk = group.chunks.get(column)
  if (!chunk || nullsIn(chunk) === group.rows) return null
  const [min, max] = boundsOf(chunk) ?? []
  if (min?.length !== 8 || max?.length !== 8) return undefined
  return { from: Number(min.readBigInt64LE()), to: Number(max.readBigInt64LE()) }
}

function nullsOf(
  type: TableType,
  path: readonly string[],
  group: RowGroup,
  held: boolean,
): unknown {
  if (typeof type === 'string') {
    const chunk = group.chunks.get(leafKey(path))
    return chunk ? nullsIn(chunk) : group.rows
  }
  if ('list' in type) return held ? undefined : group.rows
  return Object.fromEntries(
    type.struct.flatMap((field) => {
      const nulls = nullsOf(field.type, [...path, field.name], group, held)
      return nulls === undefined ? [] : [[field.name, nulls]]
    }),
  )
}

/** Decoding other bytes would replace some of them, and move the bound. */
function isText(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8')).equals(bytes)
}

function statisticsOf(chunk: ColumnChunk): ThriftStruct {
  return structIn(chunk.metadata, STATISTICS) ?? new Map()
}

function nullsIn(chunk: ColumnChunk): number | undefined {
  return numberIn(statisticsOf(chunk), BOUND.nulls)
}

function boundsOf(chunk: ColumnChunk | undefined): readonly [Buffer, Buffer] | undefined {
  if (!chunk) return undefined
  const [min, max] = [BOUND.min, BOUND.max].map((id) => bytesIn(statisticsOf(chunk), id))
  const width = WIDTHS[numberIn(chunk.metadata, 1) ?? -1]
  if (!min || !max || [min, max].some((b) => width !== undefined && b.length !== width)) {
    return undefined
  }
  return [min, max]
}
