import { expect, test } from 'vitest'
import type { FileStats } from '../core/file-stats.js'
import type { TableColumn, TableType } from '../formats/table-schema.js'
import { mergeStats } from './merge-stats.js'

const column = (name: string, type: TableType): TableColumn => ({ name, type, doc: '', hot: true })

const stats = (
  numRecords: number,
  min: Record<string, unknown>,
  max: Record<string, unknown>,
  nulls: Record<string, unknown>,
): FileStats => ({ numRecords, minValues: min, maxValues: max, nullCount: nulls })

test('ranges hold for every part; timestamps and text in their own order', () => {
  const columns = [column('t', 'timestamp'), column('s', 'string'), column('n', 'long')]
  const merged = mergeStats(columns, [
    stats(
      2,
      { t: '2024-01-01T00:00:01.5Z', s: '\u{10000}', n: -5 },
      { t: '2024-01-01T00:00:01.5Z', s: '\u{10000}', n: 10 },
      { t: 0, s: 0, n: 0 },
    ),
    stats(
      3,
      { t: '2024-01-01T00:00:01Z', s: '\u{ffff}', n: 9 },
      { t: '2024-01-01T00:00:01Z', s: '\u{ffff}', n: 9 },
      { t: 1, s: 0, n: 0 },
    ),
  ])
  expect(merged).toEqual({
    numRecords: 5,
    minValues: { t: '2024-01-01T00:00:01Z', s: '\u{ffff}', n: -5 },
    maxValues: { t: '2024-01-01T00:00:01.5Z', s: '\u{10000}', n: 10 },
    nullCount: { t: 1, s: 0, n: 0 },
  })
})

test('a part of nulls only changes no range; one whose range is unknown leaves none', () => {
  const columns = [column('a', 'long'), column('b', 'double')]
  const merged = mergeStats(columns, [
    stats(2, { a: 1, b: 1 }, { a: 2, b: 2 }, { a: 0, b: 0, who: { id: 1, in: { x: 2 } } }),
    stats(3, {}, {}, { a: 3, b: 0, who: { id: 3, in: { x: 3 } } }),
  ])
  expect(merged.minValues).toEqual({ a: 1 })
  expect(merged.maxValues).toEqual({ a: 2 })
  expect(merged.nullCount).toEqual({ a: 3, b: 0, who: { id: 4, in: { x: 5 } } })
})
