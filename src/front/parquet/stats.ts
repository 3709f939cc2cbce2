import { type FileStats, textBound } from '../../core/file-stats.js'
import type { ScalarType } from '../../formats/format.js'
import type { EncodedLeaf } from './encode-leaf.js'
import type { ColumnTree, Leaf, SchemaNode } from './leaves.js'

/** Gathers a file's statistics: nulls of every column, those left out included; ranges of the hot ones. */
export function leafStats(columns: readonly ColumnTree[], rows: number) {
  const minValues: Record<string, unknown> = {}
  const maxValues: Record<string, unknown> = {}
  const nulls = new Map<string, number>()
  return {
    add(leaf: Leaf, encoded: Omit<EncodedLeaf, 'pieces'>): void {
      const inList = leaf.maxRep > 0
      nulls.set(
        (inList ? leaf.path.slice(0, 1) : leaf.path).join('\0'),
        inList ? encoded.absent : encoded.nulls,
      )
      const [name] = leaf.path
      if (!leaf.hot || leaf.path.length > 1 || name === undefined || !encoded.min || !encoded.max)
        return
      minValues[name] = statValue(leaf.type, encoded.min, 'min')
      maxValues[name] = statValue(leaf.type, encoded.max, 'max')
    },
    finish(): FileStats {
      const nullCount: Record<string, unknown> = {}
      for (const { name, node } of columns) {
        const count = nullsOf(node, [name], nulls, rows)
        if (count !== undefined) nullCount[name] = count
      }
      return { numRecords: rows, minValues, maxValues, nullCount }
    },
  }
}

function nullsOf(
  node: SchemaNode,
  path: readonly string[],
  nulls: ReadonlyMap<string, number>,
  rows: number,
): unknown {
  // Of a list Delta counts the rows without one, and nothing inside.
  if (node.kind !== 'struct') return nulls.get(path.join('\0')) ?? rows
  return Object.fromEntries(
    node.fields.flatMap((field) => {
      const count = nullsOf(field.node, [...path, field.name], nulls, rows)
      return count === undefined ? [] : [[field.name, count]]
    }),
  )
}

/** A bound in Parquet's statistics as Delta's spell it. */
export function statValue(type: ScalarType, bytes: Uint8Array, end: 'min' | 'max'): unknown {
  const view = Buffer.from(bytes)
  switch (type) {
    case 'int':
      return view.readInt32LE()
    case 'long': {
      const value = view.readBigInt64LE()
      return Number(value)
    }
    case 'boolean':
      return view[0] === 1
    case 'timestamp':
      return isoMicros(view.readBigInt64LE())
    case 'string':
      return textBound(view.toString('utf8'), end)
    case 'double':
      return view.readDoubleLE()
    case 'date':
      return new Date(view.readInt32LE() * 86_400_000).toISOString().slice(0, 10)
  }
}

function isoMicros(micros: bigint): string {
  const millis = micros / 1000n - (micros < 0n && micros % 1000n !== 0n ? 1n : 0n)
  const rest = micros - millis * 1000n
  return `${new Date(Number(millis)).toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}
