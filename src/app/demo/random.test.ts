import { expect, test } from 'vitest'
import { createRandom, weighted } from './random.js'

test('a seed fixes the sequence', () => {
  const of = (seed: string): number[] => {
    const random = createRandom(seed)
    return Array.from({ length: 20 }, () => random.next())
  }
  expect(of('a')).toEqual(of('a'))
  expect(of('a')).not.toEqual(of('b'))
  expect(of('a').every((n) => n >= 0 && n < 1)).toBe(true)
})

test('ids have their shape', () => {
  const random = createRandom('ids')
  expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(random.id('AKIA')).toMatch(/^AKIA[A-Z2-7]{16}$/)
  expect(random.base64(9)).toMatch(/^[\w+/]{9}$/)
})

test('weights and zipf prefer what they should', () => {
  const random = createRandom('weights')
  const pick = weighted([
    ['often', 9],
    ['seldom', 1],
    ['never', 0],
  ] as const)
  const counts: Record<string, number> = {}
  const ranks = [0, 0, 0, 0]
  for (let i = 0; i < 10_000; i++) {
    const name = pick(random)
    counts[name] = (counts[name] ?? 0) + 1
    const rank = random.zipf(4, 1.2)
    ranks[rank] = (ranks[rank] ?? 0) + 1
  }
  expect(counts['often']).toBeGreaterThan(8700)
  expect(counts['seldom']).toBeGreaterThan(700)
  expect(counts['never']).toBeUndefined()
  expect(ranks).toHaveLength(4)
  expect(ranks[0]).toBeGreaterThan(ranks[3] ?? 0)
})
