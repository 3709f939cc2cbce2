import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256Hex } from '../../core/sha256.js'
import { Replays } from './replays.js'

describe('Replays', () => {
  it('knows for a whole span what it saw, and forgets it after two', () => {
    const replays = new Replays(600_000)
    const at = (seconds: number): Date => new Date(seconds * 1000)
    const [a, b] = [sha256Hex('a'), sha256Hex('b')]
    expect([replays.seen(a, at(0)), replays.seen(a, at(1))]).toEqual([false, true])
    expect([replays.seen(b, at(599)), replays.seen(b, at(1198))]).toEqual([false, true])
    expect(replays.seen(a, at(1801))).toBe(false)
    expect(replays.seen(b, at(99_999))).toBe(false)
  })

  it('agrees with a Set, however many there are', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { maxLength: 5000 }), (numbers) => {
        const replays = new Replays(1000)
        const set = new Set<number>()
        for (const n of numbers) {
          expect(replays.seen(sha256Hex(String(n)), new Date(0))).toBe(set.has(n))
          set.add(n)
        }
      }),
      { numRuns: 20 },
    )
  })
})
