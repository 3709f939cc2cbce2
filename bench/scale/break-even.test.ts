import { describe, expect, it } from 'vitest'
import { breakEven, through } from './break-even.js'

describe('break-even', () => {
  it('lies where both lines meet', () => {
    const one = through({ bytes: 10, seconds: 3 }, { bytes: 20, seconds: 5 })
    expect(one).toEqual({ start: 1, perByte: 0.2 })
    const cluster = { start: 10, perByte: 0.4 }
    const bytes = breakEven(one, cluster, 4) ?? Number.NaN
    expect(one.start + one.perByte * bytes).toBeCloseTo(
      cluster.start + (cluster.perByte * bytes) / 4,
    )
  })

  it('is nowhere when the cluster is slower for each byte', () => {
    expect(breakEven({ start: 0, perByte: 1 }, { start: 1, perByte: 4 }, 4)).toBeUndefined()
  })
})
