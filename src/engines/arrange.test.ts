import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arrange, byTime, FULL_ROWS, type RowSet } from './arrange.js'

const HOUR = 3_600_000_000

interface Named extends RowSet {
  readonly name: string
}

/** A row group from one hour to another. */
function set(name: string, from: number, to: number, rows = 40_000, copyable = true): Named {
  const span = { from: from * HOUR, to: to * HOUR }
  return { name, rows, bytes: rows * 100, span, copyable }
}

const small = (name: string, from: number, to: number): Named => set(name, from, to, 500)

function names(sets: readonly Named[]) {
  const { copied, sorted } = arrange(sets)
  return {
    copied: copied.map((s) => s.name),
    sorted: sorted.map((run) => run.map((s) => s.name)),
  }
}

describe('arrange', () => {
  test('copies what follows each other, with edges that overlap', () => {
    const sets = [set('c', 7, 12), set('a', 0, 4), set('b', 3.8, 8)]
    expect(names(sets)).toEqual({ copied: ['a', 'b', 'c'], sorted: [] })
  })

  test('sorts small neighbours together, and leaves one between large ones alone', () => {
    const sets = [
      small('a', 0, 0.1),
      set('B', 1, 4),
      small('c', 2, 2.1),
      small('d', 3, 3.1),
      small('e', 3, 3.2),
      set('F', 5, 6),
    ]
    expect(names(sets)).toEqual({ copied: ['B', 'F', 'a'], sorted: [['c', 'd', 'e']] })
  })

  test('few rows of many bytes are not small', () => {
    const heavy = { ...small('h', 0, 1), bytes: 3 * 2 ** 20 }
    expect(names([heavy, { ...heavy, name: 'i' }]).sorted).toEqual([])
  })

  test('sorts what lies where too many rows overlap, and no more than that', () => {
    const deep = ['d', 'e', 'f', 'g', 'h'].map((name) => set(name, 10, 14, FULL_ROWS))
    const sets = [
      set('a', 0, 9),
      set('whole day', 0, 24),
      ...deep,
      small('s', 11, 11.1),
      set('z', 13.9, 20),
    ]
    expect(names(sets)).toEqual({
      copied: ['a', 'whole day', 'z'],
      sorted: [['d', 'e', 'f', 'g', 'h', 's']],
    })
  })

  test('three full row groups at a moment are still copied, a fourth is too many', () => {
    const three = ['a', 'b', 'c'].map((name) => set(name, 0, 5, FULL_ROWS))
    expect(names(three).copied).toHaveLength(3)
    expect(names([...three, set('d', 0, 5)])).toEqual({
      copied: [],
      sorted: [['a', 'b', 'c', 'd']],
    })
  })

  test('what cannot be copied is sorted, alone if need be', () => {
    const sets = [set('a', 0, 1), set('b', 2, 3, 40_000, false), set('c', 4, 5)]
    expect(names(sets)).toEqual({ copied: ['a', 'c'], sorted: [['b']] })
  })

  test('rows without a time come last and are merged when small', () => {
    const timeless = (name: string, rows: number): Named => ({
      ...set(name, 0, 0, rows),
      span: undefined,
    })
    expect(
      names([timeless('x', 10), timeless('Y', 50_000), timeless('z', 10), set('a', 0, 1)]),
    ).toEqual({
      copied: ['a', 'Y', 'x', 'z'],
      sorted: [],
    })
    expect(names([timeless('x', 10), timeless('z', 10)]).sorted).toEqual([['x', 'z']])
  })

  const anySet = fc
    .record({
      from: fc.integer({ min: 0, max: 24 }),
      hours: fc.integer({ min: 0, max: 24 }),
      rows: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 10_000, max: 200_000 })),
      copyable: fc.oneof({ arbitrary: fc.constant(true), weight: 9 }, fc.boolean()),
      timeless: fc.oneof({ arbitrary: fc.constant(false), weight: 9 }, fc.boolean()),
    })
    .map((s) => {
      const made = set('', s.from, s.from + s.hours, s.rows, s.copyable)
      return s.timeless ? { ...made, span: undefined } : made
    })

  test('every set is copied or sorted, once; what is copied lies shallow or alone', () => {
    fc.assert(
      fc.property(fc.array(anySet, { maxLength: 40 }), (sets) => {
        const { copied, sorted } = arrange(sets)
        const all = [...copied, ...sorted.flat()]
        expect(all).toHaveLength(sets.length)
        expect(new Set(all)).toEqual(new Set(sets))
        expect(copied.every((s) => s.copyable)).toBe(true)
        expect(sorted.every((run) => run.length > 1 || !run[0]!.copyable)).toBe(true)
        // Of neighbours among the copied, with nothing sorted, at most one is small.
        if (sorted.length > 0) return
        const isSmall = (s: RowSet): boolean => s.rows < 16_384 && s.bytes < 2 * 2 ** 20
        // Sets of the same time are neighbours in the order in which they were given.
        const ordered = sets.toSorted(byTime).filter((s) => copied.includes(s))
        expect(ordered.some((s, i) => i > 0 && isSmall(s) && isSmall(ordered[i - 1]!))).toBe(false)
      }),
      { numRuns: 300 },
    )
  })
})
