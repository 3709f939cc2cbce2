import fc from 'fast-check'
import { expect, test } from 'vitest'
import { progressBar, renderBar } from './progress-bar.js'

test('a line has share, counts, speed and time left', () => {
  const state = {
    phase: 'collect',
    objects: { done: 25, total: 1000 },
    bytes: { done: 2 ** 20, total: 4 * 2 ** 20 },
    rows: 50_000,
  }
  expect(renderBar(state, 10_000, 120)).toBe(
    'collect [######..................]  25%  25/1,000 objects  1 MiB/4 MiB  5,000 rows/s  30s left',
  )
})

test('without totals there is no bar and no share', () => {
  expect(renderBar({ phase: 'list' }, 0, 80)).toBe('list')
  expect(renderBar({ phase: 'list', objects: { done: 7, total: 0 } }, 5000, 80)).toBe(
    'list  7/0 objects',
  )
  expect(renderBar({ phase: 'list', objects: { done: 1200, total: 1200 } }, 5000, 80)).toBe(
    'list  1,200 objects',
  )
})

test('it never exceeds the width', () => {
  const amount = fc.record({ done: fc.nat(), total: fc.nat() })
  fc.assert(
    fc.property(
      amount,
      amount,
      fc.nat(),
      fc.nat(),
      fc.nat(200),
      (objects, bytes, rows, ms, width) => {
        const line = renderBar({ phase: 'collect', objects, bytes, rows }, ms, width)
        expect(line.length).toBeLessThanOrEqual(width)
        expect(line).not.toMatch(/NaN|Infinity|-\d/)
      },
    ),
  )
})

test('it is redrawn ten times a second at most, and erased at the end', () => {
  let now = 0
  const written: string[] = []
  const bar = progressBar({
    write: (text) => written.push(text),
    columns: () => 80,
    now: () => now,
  })
  bar.update({ phase: 'a' })
  now = 99
  bar.update({ phase: 'a', rows: 1 })
  expect(written).toEqual(['\r\u001B[Ka'])
  now = 100
  bar.update({ phase: 'a', rows: 1 })
  expect(written).toHaveLength(2)
  bar.update({ phase: 'b' })
  expect(written[2]).toBe('\r\u001B[Kb')
  bar.done()
  bar.done()
  expect(written.slice(3)).toEqual(['\r\u001B[K'])
})
