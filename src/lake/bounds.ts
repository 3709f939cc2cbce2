import type { ScalarType } from '../formats/format.js'
import type { PartitionValues } from './actions.js'
import { compare, fromPartitionText, type Comparable } from './comparable.js'
import { roundedUp, type ColumnTest } from './prune.js'
import type { TableMetadata } from './table-metadata.js'

/**
 * A comparison that a file's partition value, minimum or maximum must meet when it is known, for
 * readers of checkpoints. It only rules out files that `fileTest` rules out too.
 */
export interface Bound {
  readonly of: 'partition' | 'min' | 'max'
  readonly path: readonly string[]
  readonly type: ScalarType
  readonly op: '<' | '<=' | '>' | '>='
  readonly value: Comparable
}

/** The bounds that follow from tests; fewer than the tests say, never more. */
export function boundsOf(
  tests: readonly ColumnTest[],
  partitionColumns: readonly string[],
): readonly Bound[] {
  return tests.flatMap((test) => {
    const partition = partitionColumns.includes(test.path[0] ?? '')
    const [low, high] = range(test)
    const { path, type } = test
    const bounds: Bound[] = []
    if (high) bounds.push({ of: partition ? 'partition' : 'min', path, type, ...high })
    if (!low) return bounds
    if (partition) return [...bounds, { of: 'partition', path, type, ...low }]
    // A maximum may be cut down, and NaN is in none: what rounding up hides cannot be judged.
    const slack = roundedUp(0, type)
    if (slack === undefined) return bounds
    const value = slack === 0 ? low.value : Number(low.value) - Number(slack)
    return [...bounds, { of: 'max', path, type, op: low.op, value }]
  })
}

/**
 * The partitions that files are in, from the first to the last: a file that is named again is in the same
 * one. Nothing for values that are not known.
 */
export function partitionRange(
  metadata: TableMetadata,
  files: readonly { readonly partitionValues?: PartitionValues | null }[],
): readonly Bound[] {
  return metadata.partitionColumns.flatMap((name) => {
    const type = metadata.typeOf(name)
    if (type === undefined) return []
    let low: Comparable | undefined
    let high: Comparable | undefined
    for (const { partitionValues } of files) {
      const value = fromPartitionText(partitionValues?.[name] ?? '', type)
      if (value === undefined || value === '') return []
      if (low === undefined || compare(value, low) < 0) low = value
      if (high === undefined || compare(value, high) > 0) high = value
    }
    if (low === undefined || high === undefined) return []
    const bound = { of: 'partition', path: [name], type } as const
    return [
      { ...bound, op: '>=', value: low },
      { ...bound, op: '<=', value: high },
    ]
  })
}

type End = { readonly op: Bound['op']; readonly value: Comparable }

/** What a row's value must be at least and at most. */
function range({ op, values }: ColumnTest): [low: End | undefined, high: End | undefined] {
  const [value] = values
  if (value === undefined || (op === 'in' && values.length > 1)) return [undefined, undefined]
  if (op === '<' || op === '<=') return [undefined, { op, value }]
  if (op === '>' || op === '>=') return [{ op, value }, undefined]
  return [
    { op: '>=', value },
    { op: '<=', value },
  ]
}
