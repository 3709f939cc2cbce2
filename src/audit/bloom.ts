import { createHash } from 'node:crypto'

const BITS_PER_ITEM = 16
const HASHES = 8

/** A set that may say yes for one in some thousands of texts that it does not hold, never no for one that it does. */
export class Bloom {
  readonly #bits: Buffer

  constructor(bits: Buffer) {
    this.#bits = bits
  }

  static of(items: Iterable<string>): Bloom {
    const all = [...new Set(items)]
    const bits = Buffer.alloc(Math.max(1, Math.ceil((all.length * BITS_PER_ITEM) / 8)))
    for (const item of all)
      for (const at of places(item, bits.length * 8))
        bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7))
    return new Bloom(bits)
  }

  static parse(text: string): Bloom {
    return new Bloom(Buffer.from(text, 'base64'))
  }

  mayHold(item: string): boolean {
    return places(item, this.#bits.length * 8).every(
      (at) => ((this.#bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0,
    )
  }

  toString(): string {
    return this.#bits.toString('base64')
  }
}

function places(item: string, bits: number): number[] {
  const hash = createHash('sha256').update(item).digest()
  const first = hash.readUInt32LE(0)
  const step = hash.readUInt32LE(4) | 1
  return Array.from({ length: HASHES }, (_, i) => (first + i * (step >>> 0)) % bits)
}
