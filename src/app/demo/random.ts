/** Numbers that look random and are the same for the same seed, on every machine. */
export interface Random {
  /** At least 0, below 1. */
  next(): number
  /** A whole number from `low` up to, not including, `high`. */
  int(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  hex(digits: number): string
  /** Upper-case letters and digits, as in AWS ids. */
  id(prefix: string, length?: number): string
  base64(length: number): string
  uuid(): string
  /** Log-normal: many small, few large. */
  skewed(mean: number, spread: number): number
  /** An index below `count`; low ones are much more frequent. */
  zipf(count: number, exponent: number): number
}

const IDS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const HEX = '0123456789abcdef'

/**
 * A generator from a seed: the same seed gives the same numbers.
 * @example createRandom('demo').int(0, 10)
 */
export function createRandom(seed: string): Random {
  const next = sfc32(hashOf(seed))
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low))
  const text = (alphabet: string, length: number): string => {
    let out = ''
    for (let i = 0; i < length; i++) out += alphabet[Math.floor(next() * alphabet.length)]
    return out
  }
  const hex = (digits: number): string => text(HEX, digits)
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
    hex,
    id: (prefix, length = 16) => prefix + text(IDS, length),
    base64: (length) => text(BASE64, length),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    skewed(mean, spread) {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
      return Math.exp(mean + spread * normal)
    },
    zipf(count, exponent) {
      const u = next()
      const x = (count ** (1 - exponent) * u + (1 - u)) ** (1 / (1 - exponent))
      return Math.min(count, Math.floor(x)) - 1
    },
  }
}

/** A picker by weight. */
export function weighted<T>(items: readonly (readonly [T, number])[]): (random: Random) => T {
  const sums: number[] = []
  let total = 0
  for (const [, weight] of items) sums.push((total += weight))
  return (random) => {
    const at = random.next() * total
    let low = 0
    let high = sums.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] as number) <= at) low = middle + 1
      else high = middle
    }
    return (items[low] as readonly [T, number])[0]
  }
}

/** FNV-1a with four starts: 128 bits of state from any text. */
function hashOf(seed: string): [number, number, number, number] {
  const one = (start: number): number => {
    let h = start
    for (let i = 0; i < seed.length; i++) h = Math.imul(h ^ seed.charCodeAt(i), 16_777_619)
    return h >>> 0
  }
  return [one(2_166_136_261), one(0x9e3779b9), one(0x85ebca6b), one(0xc2b2ae35)]
}

/** Chris Doty-Humphrey's small fast counter generator. */
function sfc32([a, b, c, d]: [number, number, number, number]): () => number {
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4_294_967_296
  }
  for (let i = 0; i < 12; i++) next()
  return next
}
