import type { ScanFilter } from '../engine.js'

type Scalar = ScanFilter['values'][number]

/**
 * What holds when one of several sets of filters holds: a list of values when each set wants one
 * value of the same column, else the widest bounds of columns that every set bounds.
 */
export function anyOf(sets: readonly (readonly ScanFilter[])[]): ScanFilter[] {
  const [first] = sets
  if (!first || sets.some((s) => s.length === 0)) return []
  if (sets.length === 1) return [...first]
  const columns = [...new Set(first.map((f) => f.column))]
  return columns.flatMap((column) => {
    const own = sets.map((s) => s.filter((f) => f.column === column))
    if (
      own.every(([only, more]) => more === undefined && (only?.op === '=' || only?.op === 'in'))
    ) {
      return [{ column, op: 'in', values: [...new Set(own.flat().flatMap((f) => f.values))] }]
    }
    const low = own.map((fs) => bound(fs, '>'))
    const high = own.map((fs) => bound(fs, '<'))
    return [...widest(column, '>=', low), ...widest(column, '<=', high)]
  })
}

/** One lower (or upper) bound that these filters together give; any of them is true. */
function bound(filters: readonly ScanFilter[], side: '<' | '>'): Scalar | undefined {
  const usable = filters.filter((f) => f.op === '=' || f.op === 'in' || f.op.startsWith(side))
  const values = usable[0]?.values
  return values && [...values].sort((a, b) => (side === '>' ? compare(a, b) : compare(b, a)))[0]
}

function widest(
  column: string,
  op: '>=' | '<=',
  bounds: readonly (Scalar | undefined)[],
): ScanFilter[] {
  const known = bounds.filter((b) => b !== undefined)
  if (known.length < bounds.length) return []
  const sorted = known.sort((a, b) => (op === '>=' ? compare(a, b) : compare(b, a)))
  return sorted[0] === undefined ? [] : [{ column, op, values: [sorted[0]] }]
}

function compare(a: Scalar, b: Scalar): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
}
