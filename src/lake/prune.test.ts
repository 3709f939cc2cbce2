import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScalarType } from '../formats/format.js'
import { column } from '../../test/support/delta.js'
import { AddFile } from './add-file.js'
import { compare, parseMicros, toComparable } from './comparable.js'
import type { ColumnPredicate } from './predicate.js'
import { fileTest } from './prune.js'

type Scalar = string | number | boolean
const OPS = ['=', '<', '<=', '>', '>=', 'in'] as const

const instant = fc
  .tuple(fc.integer({ min: -2_000, max: 2_000 }), fc.nat({ max: 999_999 }))
  .map(
    ([s, us]) => `${new Date(s * 1000).toISOString().slice(0, 19)}.${String(us).padStart(6, '0')}Z`,
  )
const VALUES: Readonly<Record<ScalarType, fc.Arbitrary<Scalar>>> = {
  string: fc.oneof(
    fc.string({ maxLength: 3, unit: 'grapheme' }),
    fc.constantFrom('a', '\u{ffff}', '\u{10000}'),
  ),
  int: fc.integer({ min: -5, max: 5 }),
  long: fc.integer({ min: -5, max: 5 }),
  double: fc.double({ min: -2, max: 2, noNaN: true }),
  boolean: fc.boolean(),
  timestamp: instant,
  date: fc.constantFrom('2024-01-14', '2024-01-15', '2024-02-01', '2023-12-31'),
}
const TYPES = Object.keys(VALUES) as ScalarType[]

function holds(value: Scalar | null, { op, values }: ColumnPredicate, type: ScalarType): boolean {
  if (value === null) return false
  const order = values.map((v) => compare(toComparable(value, type)!, toComparable(v, type)!))
  switch (op) {
    case 'in':
      return order.includes(0)
    case '=':
      return order[0] === 0
    case '<':
      return order[0]! < 0
    case '<=':
      return order[0]! <= 0
    case '>':
      return order[0]! > 0
    case '>=':
      return order[0]! >= 0
  }
}

/** As another writer would: timestamps cut down to milliseconds. */
function stat(value: Scalar, type: ScalarType, cut: boolean): Scalar {
  return cut && type === 'timestamp' ? `${String(value).slice(0, 23)}Z` : value
}

const cases = fc.constantFrom(...TYPES).chain((type) =>
  fc.record({
    type: fc.constant(type),
    rows: fc.array(fc.option(VALUES[type], { freq: 3 }), { minLength: 1, maxLength: 5 }),
    op: fc.constantFrom(...OPS),
    values: fc.array(VALUES[type], { minLength: 1, maxLength: 3 }),
    nested: fc.boolean(),
    cut: fc.boolean(),
    counts: fc.boolean(),
  }),
)

const file = (partitionValues: Record<string, string | null>, stats?: unknown): AddFile =>
  new AddFile(
    {
      path: 'x',
      partitionValues,
      size: 1,
      modificationTime: 0,
      dataChange: true,
      ...(stats === undefined ? {} : { stats: JSON.stringify(stats) }),
    },
    'memory://x',
    partitionValues,
  )

describe('files', () => {
  test('with a row that meets the predicate are never skipped', () => {
    let skipped = 0
    fc.assert(
      fc.property(cases, ({ type, rows, op, values, nested, cut, counts }) => {
        const known = rows.filter((v) => v !== null)
        const sorted = known.toSorted((a, b) =>
          compare(toComparable(a, type)!, toComparable(b, type)!),
        )
        const wrap = (v: unknown): object => (nested ? { s: { c: v } } : { c: v })
        const stats = {
          numRecords: rows.length,
          minValues: known.length > 0 ? wrap(stat(sorted[0]!, type, cut)) : {},
          maxValues: known.length > 0 ? wrap(stat(sorted.at(-1)!, type, cut)) : {},
          nullCount: counts ? wrap(rows.length - known.length) : {},
        }
        const c = column('c', type)
        const columns = nested ? [column('s', { struct: [c] })] : [c]
        const predicate = {
          column: nested ? 's.c' : 'c',
          op,
          values: op === 'in' ? values : values.slice(0, 1),
        }
        const kept = fileTest([predicate], columns, [])(file({}, stats))
        if (!kept) skipped++
        const wanted = rows.some((v) => holds(v, predicate, type))
        expect(kept || !wanted).toBe(true)
      }),
      { numRuns: 3000 },
    )
    expect(skipped).toBeGreaterThan(500)
  })

  const columns = [column('day', 'date'), column('n', 'long'), column('t', 'timestamp')]
  const keep = (
    partition: Record<string, string | null>,
    ...predicate: ColumnPredicate[]
  ): boolean => fileTest(predicate, columns, ['day'])(file(partition))

  test('are skipped by partition, nulls included', () => {
    expect(keep({ day: '2024-01-15' }, { column: 'day', op: '=', values: ['2024-01-15'] })).toBe(
      true,
    )
    expect(keep({ day: '2024-01-14' }, { column: 'day', op: '=', values: ['2024-01-15'] })).toBe(
      false,
    )
    expect(keep({ day: '2024-01-14' }, { column: 'day', op: 'in', values: [] })).toBe(false)
    expect(keep({ day: null }, { column: 'day', op: '>=', values: ['0001-01-01'] })).toBe(false)
    expect(keep({}, { column: 'day', op: '=', values: ['2024-01-15'] })).toBe(true)
  })

  test.each<[string, ColumnPredicate, unknown]>([
    ['no statistics', { column: 'n', op: '=', values: [9] }, undefined],
    ['no such column', { column: 'x', op: '=', values: [9] }, { n: 1 }],
    ['a value of another type', { column: 'n', op: '=', values: ['9'] }, { n: 1 }],
    [
      'a timestamp without a zone',
      { column: 't', op: '>', values: ['2025-01-01 00:00:00'] },
      { t: '2024-01-01T00:00:00Z' },
    ],
    [
      'a statistic that is no timestamp',
      { column: 't', op: '>', values: ['2025-01-01T00:00:00Z'] },
      { t: 'yesterday' },
    ],
    ['a long beyond 2^53', { column: 'n', op: '=', values: [5] }, { n: 2 ** 60 }],
  ])('are kept for want of certainty: %s', (_, predicate, max) => {
    const stats = max === undefined ? undefined : { numRecords: 1, minValues: max, maxValues: max }
    expect(fileTest([predicate], columns, [])(file({}, stats))).toBe(true)
  })

  test('with a double that may be NaN are kept where NaN would count as the greatest', () => {
    const stats = { numRecords: 2, minValues: { d: 1 }, maxValues: { d: 2 }, nullCount: { d: 0 } }
    const test = (op: '>' | '<', value: number): boolean =>
      fileTest([{ column: 'd', op, values: [value] }], [column('d', 'double')], [])(file({}, stats))
    expect([test('>', 5), test('<', 1)]).toEqual([true, false])
  })
})

test('timestamps are read to the microsecond, in any offset', () => {
  expect(parseMicros('1970-01-01T00:00:00.000001Z')).toBe(1)
  expect(parseMicros('1970-01-01 01:00:00+01')).toBe(0)
  expect(parseMicros('1969-12-31T19:00:00.5-0530')).toBe((30 * 60 + 0.5) * 1e6)
  expect(parseMicros('1970-01-01 00:00:00')).toBeUndefined()
  expect(parseMicros('0070-01-01T00:00:00Z')).toBeUndefined()
})
