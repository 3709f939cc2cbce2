/** A signature is good for twice the window: so much too early to so much too late. */
const MOST = 1 << 20

/**
 * The signatures that were seen in the last two spans of time. It keeps 53 bits of each: that two
 * of a million agree in them is less likely than one in ten thousand. When more than a million come
 * in a span, the older ones are forgotten early.
 */
export class Replays {
  readonly #spanMs: number
  #began = -Infinity
  #now = new NumberSet()
  #before = new NumberSet()

  /** `spanMs`: how long at most a signature stays good. */
  constructor(spanMs: number) {
    this.#spanMs = spanMs
  }

  /** Whether this signature, in hex, was there before; from now on it was. */
  seen(signature: string, now: Date): boolean {
    if (now.getTime() - this.#began >= this.#spanMs || this.#now.size >= MOST) {
      const isFresh = now.getTime() - this.#began < 2 * this.#spanMs
      this.#before = isFresh ? this.#now : new NumberSet()
      this.#now = new NumberSet()
      this.#began = now.getTime()
    }
    const number = parseInt(signature.slice(0, 13), 16) + 1
    const isKnown = this.#before.has(number) || this.#now.has(number)
    this.#now.add(number)
    return isKnown
  }
}

/** Positive integers in a flat table: a Set takes five times the room. */
class NumberSet {
  size = 0
  #slots = new Float64Array(1024)

  has(value: number): boolean {
    return this.#slots[this.#slotOf(this.#slots, value)] === value
  }

  add(value: number): void {
    const slot = this.#slotOf(this.#slots, value)
    if (this.#slots[slot] === value) return
    this.#slots[slot] = value
    this.size++
    if (this.size * 2 > this.#slots.length) this.#grow()
  }

  #grow(): void {
    const larger = new Float64Array(this.#slots.length * 2)
    for (const value of this.#slots) if (value > 0) larger[this.#slotOf(larger, value)] = value
    this.#slots = larger
  }

  #slotOf(slots: Float64Array, value: number): number {
    let slot = value % slots.length
    while (slots[slot] !== 0 && slots[slot] !== value) slot = (slot + 1) % slots.length
    return slot
  }
}
