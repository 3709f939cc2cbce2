import { expect, test } from 'vitest'
import { Patience } from './patience.js'

test('what fails is left alone for longer and longer, up to an hour', () => {
  const patience = new Patience(60_000)
  let now = 0
  const waits: number[] = []
  for (let i = 0; i < 9; i++) {
    expect(patience.isDue('x', now)).toBe(true)
    patience.note('x', true, now)
    let wait = 1
    while (!patience.isDue('x', now + wait)) wait += wait < 2 ? 59_999 : 60_000
    waits.push(wait / 60_000)
    now += wait
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
  expect(patience.isDue('y', 0)).toBe(true)
})

test('what was collected after all starts anew', () => {
  const patience = new Patience(1000)
  patience.note('x', true, 0)
  patience.note('x', true, 1000)
  patience.note('x', false, 3000)
  patience.note('x', true, 3000)
  expect(patience.isDue('x', 3999)).toBe(false)
  expect(patience.isDue('x', 4000)).toBe(true)
})
