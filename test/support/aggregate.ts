// What `-reducer aggregate` is to give, computed in another way; and random input for it.
import fc from 'fast-check'

const TYPES = {
  LongValueSum: (values: readonly string[]) =>
    String(
      BigInt.asIntN(
        64,
        values.reduce((sum, value) => sum + BigInt(value), 0n),
      ),
    ),
  LongValueMax: (values: readonly string[]) => String(extreme(values.map(BigInt), 1)),
  LongValueMin: (values: readonly string[]) => String(extreme(values.map(BigInt), -1)),
  DoubleValueSum: (values: readonly string[]) =>
    javaDouble(values.reduce((sum, value) => sum + Number(value), 0)),
  StringValueMax: (values: readonly string[]) => extreme(values, 1),
  StringValueMin: (values: readonly string[]) => extreme(values, -1),
  UniqValueCount: (values: readonly string[]) => String(new Set(values).size),
  ValueHistogram: histogram,
} as const

type AggregateType = keyof typeof TYPES

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
// Sums of quarters are exact in any order, and Java writes them without an exponent.
const quarter = fc.integer({ min: -4000, max: 4000 }).map((n) => javaDouble(n / 4))
const word = fc
  .string({ unit: 'binary', maxLength: 6 })
  .map((text) => text.replace(/[\p{Cc}\p{Zs}\p{Cs}\u2028\u2029\uFEFF]/gu, '_'))
const few = fc.integer({ min: 0, max: 9 }).map((n) => `v${n}`)

const VALUES: Readonly<Record<AggregateType, fc.Arbitrary<string>>> = {
  LongValueSum: long,
  LongValueMax: long,
  LongValueMin: long,
  DoubleValueSum: quarter,
  StringValueMax: word,
  StringValueMin: word,
  UniqValueCount: few,
  ValueHistogram: few,
}

/** One key of an aggregate job, with all values that it is given. */
export interface AggregateKey {
  readonly type: AggregateType
  /** As the input writes the type: its case has no meaning. */
  readonly spelling: string
  readonly id: string
  readonly values: readonly string[]
}

/** Random keys, each with an id of its own. */
export function aggregateKeys(count: number, seed: number): readonly AggregateKey[] {
  const names = Object.keys(TYPES) as AggregateType[]
  const one = fc
    .tuple(fc.constantFrom(...names), fc.constantFrom('as', 'lower', 'upper'), word)
    .chain(([type, spelling, tail]) =>
      fc.record({
        type: fc.constant(type),
        spelling: fc.constant(
          spelling === 'as' ? type : spelling === 'lower' ? type.toLowerCase() : type.toUpperCase(),
        ),
        id: fc.constant(tail),
        values: fc.array(VALUES[type], { minLength: 1, maxLength: 12 }),
      }),
    )
  return fc
    .sample(one, { numRuns: count, seed })
    .map((key, at) => ({ ...key, id: `${at}:${key.id}` }))
}

/** `id TAB value`, as the job writes it. */
export function aggregated({ type, id, values }: AggregateKey): string {
  return `${id}\t${TYPES[type](values)}`
}

function extreme<T extends bigint | string>(values: readonly T[], sign: 1 | -1): T {
  return values.reduce((best, value) => ((sign > 0 ? value > best : value < best) ? value : best))
}

function histogram(values: readonly string[]): string {
  const counts = [...new Set(values)].map((one) => values.filter((value) => value === one).length)
  counts.sort((a, b) => a - b)
  const average = values.length / counts.length
  const spread = counts.reduce((sum, n) => sum + (n - average) ** 2, 0) / counts.length
  const [least, middle, most] = [counts[0], counts[counts.length >> 1], counts.at(-1)]
  return [counts.length, least, middle, most, ...[average, Math.sqrt(spread)].map(javaDouble)].join(
    '\t',
  )
}

function javaDouble(value: number): string {
  return Number.isInteger(value) ? `${value}.0`.replace('-0.0', '0.0') : String(value)
}
