import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

const BITS_PER_ITEM = 16
const HASHES = 8
const AT_ONCE = 200

/** A set that may say yes for one in some thousands of texts that it does not hold, never no for one that it does. */
export class Bloom {
  readonly #bits: Buffer

  constructor(bits: Buffer) {
    this.#bits = bits
  }

  /** Lets others work in between: thousands of hashes take their time. */
  static async of(items: Iterable<string>): Promise<Bloom> {
    const all = [...new Set(items)]
    const bits = Buffer.alloc(Math.max(1, Math.ceil((all.length * BITS_PER_ITEM) / 8)))
    for (const [i, item] of all.entries()) {
      if (i % AT_ONCE === AT_ONCE - 1) await setImmediate()
      for (const at of places(item, bits.length * 8))
        bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7))
    }
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
