import type { ScalarType } from '../formats/format.js'
import type { TableColumn } from '../formats/table-schema.js'
import type { PartitionValues } from './actions.js'
import type { AddFile } from './add-file.js'
import { compare, fromPartitionText, toComparable, type Comparable } from './comparable.js'
import type { ColumnPredicate, Predicate } from './predicate.js'
import type { FileStats } from '../core/file-stats.js'

/** Bounds of a column within a file; what is not known is undefined. */
interface Bounds {
  readonly min: Comparable | undefined
  readonly max: Comparable | undefined
}

/** A comparison with a column of the table, its values in the order of the column's type. */
export interface ColumnTest {
  readonly path: readonly string[]
  readonly type: ScalarType
  readonly op: ColumnPredicate['op']
  readonly values: readonly Comparable[]
}

/**
 * A test for files: false only when no row of the file can meet the predicate. A column that the
 * table lacks, a value that does not fit its type and missing statistics skip nothing.
 */
export function fileTest(
  predicate: Predicate,
  columns: readonly TableColumn[],
  partitionColumns: readonly string[],
): (file: AddFile) => boolean {
  const tests = columnTests(predicate, columns)
  const isPartition = (t: ColumnTest): boolean => partitionColumns.includes(t.path[0] ?? '')
  const onPartition = tests.filter(isPartition)
  const onStats = tests.filter((t) => !isPartition(t))
  const known = new Map<PartitionValues, boolean>()
  return (file) => {
    let kept = known.get(file.partitionValues)
    if (kept === undefined) {
      kept = onPartition.every((t) => partitionMay(t, file.partitionValues))
      known.set(file.partitionValues, kept)
    }
    if (!kept || onStats.length === 0) return kept
    const { stats } = file
    return !stats || onStats.every((t) => statsMay(t, stats))
  }
}

/** The comparisons of a predicate that the table's columns can answer. */
export function columnTests(
  predicate: Predicate,
  columns: readonly TableColumn[],
): readonly ColumnTest[] {
  return predicate.flatMap((p) => toTest(p, columns) ?? [])
}

function toTest(
  predicate: ColumnPredicate,
  columns: readonly TableColumn[],
): ColumnTest | undefined {
  const found = findColumn(predicate.column, columns)
  if (!found) return undefined
  const values = predicate.values.map((v) => toComparable(v, found.type))
  const certain = values.filter((v) => v !== undefined)
  if (certain.length !== values.length) return undefined
  if (predicate.op !== 'in' && certain.length !== 1) return undefined
  return { ...found, op: predicate.op, values: certain }
}

function findColumn(
  name: string,
  columns: readonly TableColumn[],
): { path: readonly string[]; type: ScalarType } | undefined {
  const whole = columns.find((c) => c.name === name)
  if (whole) return typeof whole.type === 'string' ? { path: [name], type: whole.type } : undefined
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const outer = columns.find((c) => c.name === name.slice(0, dot))
    if (!outer || typeof outer.type === 'string' || !('struct' in outer.type)) continue
    const inner = findColumn(name.slice(dot + 1), outer.type.struct)
    if (inner) return { path: [outer.name, ...inner.path], type: inner.type }
  }
  return undefined
}

function partitionMay(test: ColumnTest, values: PartitionValues): boolean {
  const text = values[test.path[0] ?? '']
  if (text === undefined) return true
  if (text === null || text === '') return false
  const value = fromPartitionText(text, test.type)
  return value === undefined || boundsMay(test, { min: value, max: value })
}

function statsMay(test: ColumnTest, stats: FileStats): boolean {
  if (stats.numRecords === 0) return false
  const nulls = dig(stats.nullCount, test.path)
  if (typeof nulls === 'number' && nulls === stats.numRecords) return false
  const max = toComparable(dig(stats.maxValues, test.path), test.type)
  return boundsMay(test, {
    min: toComparable(dig(stats.minValues, test.path), test.type),
    max: roundedUp(max, test.type),
  })
}

/** The protocol lets writers cut timestamps down to milliseconds; NaN, above all numbers, is in no maximum. */
export function roundedUp(max: Comparable | undefined, type: ScalarType): Comparable | undefined {
  if (type === 'double') return undefined
  return type === 'timestamp' && typeof max === 'number' ? max + 999 : max
}

function boundsMay({ op, values }: ColumnTest, { min, max }: Bounds): boolean {
  const [value] = values
  const atMost = (v: Comparable, strict: boolean): boolean =>
    min === undefined || (strict ? compare(min, v) < 0 : compare(min, v) <= 0)
  const atLeast = (v: Comparable, strict: boolean): boolean =>
    max === undefined || (strict ? compare(max, v) > 0 : compare(max, v) >= 0)
  if (op === 'in') return values.some((v) => atMost(v, false) && atLeast(v, false))
  if (value === undefined) return true
  switch (op) {
    case '=':
      return atMost(value, false) && atLeast(value, false)
    case '<':
      return atMost(value, true)
    case '<=':
      return atMost(value, false)
    case '>':
      return atLeast(value, true)
    case '>=':
      return atLeast(value, false)
  }
}

function dig(values: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  let at: unknown = values
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string, unknown>)[part]
  }
  return at
}
