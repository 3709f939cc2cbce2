// Texts that become values: times, whole numbers, hashes.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWhole } from '../../test/support/front/json-model.js'
import { scan } from '../../test/support/front/scan.js'
import { epochMicros, isoMicros } from '../../test/support/front/times.js'
import { hashId, xxh64 } from '../../test/support/front/xxh64.js'
import { vpcFlow } from '../formats/aws/vpc-flow.js'
import { helloWorld } from '../formats/hello-world.js'

/** µs of each text as the time of a greeting, undefined where it was rejected. */
function isoTimes(texts: readonly string[]): (bigint | undefined)[] {
  const lines = texts.map((at) => JSON.stringify({ at })).join('\n')
  const { rows, rejects } = scan(helloWorld, [lines])
  expect(rows.length + rejects.length).toBe(texts.length)
  return texts.map((_, i) => rows.find((r) => r.record === i + 1)?.time)
}

describe('ISO times', () => {
  const two = (max: number): fc.Arbitrary<string> =>
    fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'))
  const year = fc.oneof(
    fc.integer({ min: 0, max: 9999 }).map((n) => String(n).padStart(4, '0')),
    fc.constantFrom('0000', '0001', '1900', '2000', '2024', '9999'),
  )
  const zone = fc.oneof(
    fc.constantFrom('', 'Z', 'z', '+00:00', '-18:59', '+1800', '+19:00', '+5', '+05', 'ZZ', ' '),
    fc
      .tuple(fc.constantFrom('+', '-'), two(20), fc.constantFrom(':', ''), two(60))
      .map((p) => p.join('')),
  )
  const fraction = fc.oneof(
    fc.constantFrom('', '', '.', ',5', '.0000009', '.9999999999999999999999999'),
    fc.nat({ max: 999_999_999 }).map((n) => `.${n}`),
  )
  const separator = fc.constantFrom('T', 'T', 't', ' ', '_')
  const clock = fc.tuple(two(25), two(61), two(61)).map((p) => p.join(':'))
  const time = fc
    .tuple(year, two(13), two(32), separator, clock, fraction, zone)
    .map(([y, m, d, sep, at, f, z]) => `${y}-${m}-${d}${sep}${at}${f}${z}`)
  const near = fc
    .tuple(time, fc.nat(), fc.constantFrom('', '0', '-', 'T', '/', 'é', '٣'))
    .map(([t, at, c]) => t.slice(0, at % t.length) + c + t.slice((at % t.length) + 1))

  it('are what the calendar of JavaScript makes of them, or rejected', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(time, near), { minLength: 20, maxLength: 60 }), (texts) => {
        expect(isoTimes(texts)).toEqual(texts.map(isoMicros))
      }),
      { numRuns: 200 },
    )
  })

  it('of every day of the years around a century are right', () => {
    const days = ['1899', '1900', '1999', '2000', '2023', '2024', '2100', '0001', '9999'].flatMap(
      (y) =>
        Array.from({ length: 12 * 32 }, (_, i) => {
          const month = String(Math.floor(i / 32) + 1).padStart(2, '0')
          return `${y}-${month}-${String(i % 32).padStart(2, '0')}T12:34:56.789Z`
        }),
    )
    const times = isoTimes(days)
    expect(times).toEqual(days.map(isoMicros))
    expect(times.filter((t) => t !== undefined)).toHaveLength(365 * 9 + 2)
  })
})

/** Of each text as the start of a flow. */
function epochTimes(texts: readonly string[]): (bigint | undefined)[] {
  const { rows } = scan(vpcFlow, [texts.map((t) => `${t} x`).join('\n')], undefined, [
    'start',
    'action',
  ])
  return texts.map((_, i) => rows.find((r) => r.record === i + 1)?.time)
}

describe('seconds since 1970', () => {
  it('are times of the years 1 to 9999', () => {
    const edge = fc.constantFrom(-62_135_596_800n, 253_402_300_799n, 0n, 1n << 63n, -(1n << 63n))
    const seconds = fc.oneof(
      fc.bigInt({ min: -(1n << 66n), max: 1n << 66n }),
      fc.tuple(edge, fc.bigInt({ min: -2n, max: 2n })).map(([a, b]) => a + b),
    )
    fc.assert(
      fc.property(fc.array(seconds.map(String), { minLength: 10, maxLength: 40 }), (texts) => {
        const wanted = texts.map((t) => (isWhole(t, 63n, 19) ? epochMicros(t) : undefined))
        expect(epochTimes(texts)).toEqual(wanted)
      }),
    )
  })
})

describe('whole numbers', () => {
  const number = fc.oneof(
    fc.bigInt({ min: -(1n << 66n), max: 1n << 66n }).map(String),
    fc
      .tuple(fc.constantFrom(31n, 32n, 63n, 64n), fc.bigInt({ min: -2n, max: 2n }), fc.boolean())
      .map(([bits, by, minus]) => String((minus ? -1n : 1n) * (1n << bits) + by)),
    fc.constantFrom(
      '0',
      '-0',
      '-',
      '+1',
      '00',
      '0000000000',
      '00000000000',
      '1.0',
      '1e2',
      '0x1',
      '１',
    ),
  )

  it.each([
    ['srcport', 31n, 10],
    ['bytes', 63n, 19],
  ] as const)('of %s are those that its type holds', (column, bits, digits) => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 5, maxLength: 30 }), (texts) => {
        const given = texts.filter((t) => t !== '-')
        const lines = given.map((t) => `${t} 0`).join('\n')
        const { rows } = scan(vpcFlow, [lines], undefined, [column, 'start'])
        expect(rows.map((r) => r.slots[column])).toEqual(
          given.filter((t) => isWhole(t, bits, digits)).map((t) => String(BigInt(t))),
        )
      }),
    )
  })
})

describe('hashes', () => {
  it('of the model are the published ones', () => {
    const of = (text: string, seed = 0n): string => xxh64(Buffer.from(text), seed).toString(16)
    expect(of('')).toBe('ef46db3751d8e999')
    expect(of('a')).toBe('d24ec4f1a98c6e5b')
    expect(of('abc')).toBe('44bc2cf5ad770999')
    expect(of('Nobody inspects the spammish repetition')).toBe('fbcea83c8a378bf1')
    expect(of('xxhash', 20141025n)).toBe('b559b98d844e0635')
  })

  it('name records that have no id: XXH64 with seed 42 of their bytes', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 })
    fc.assert(
      fc.property(fc.uniqueArray(text, { minLength: 1, maxLength: 40 }), (texts) => {
        const lines = texts.map((said) => JSON.stringify({ at: '2024-01-15T08:00:00Z', said }))
        const { rows } = scan(helloWorld, [lines.join('\n')])
        expect(rows.map((r) => r.id)).toEqual(lines.map(hashId))
      }),
    )
  })
})
