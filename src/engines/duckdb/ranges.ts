/** What goes to a reading thread at once: so many stored bytes, or so many objects, or some of both. */
export interface GroupSize {
  readonly bytes: number
  readonly objects: number
}

/** Indexes of objects from `from` up to, not including, `to`. */
export interface Group {
  readonly from: number
  readonly to: number
  /** It does not follow what the same thread was given before. */
  readonly apart: boolean
}

interface Range {
  next: number
  to: number
  apart: boolean
}

/**
 * Gives each thread one contiguous range of a batch's objects, group by group, so that what a thread writes is
 * a contiguous stretch of time. Whoever is done takes over the later half of what another has left.
 */
export class Ranges {
  /** Work before each object, and all of it: `bytes * objects` of a group make a group's worth. */
  readonly #before: readonly number[]
  readonly #group: number
  readonly #ranges: Range[]

  /** @param sizes stored bytes of each object, in the order in which they are read */
  constructor(sizes: readonly number[], threads: number, group: GroupSize) {
    const before = [0]
    let sum = 0
    for (const size of sizes) before.push((sum += size * group.objects + group.bytes))
    this.#before = before
    this.#group = group.bytes * group.objects
    this.#ranges = Array.from({ length: threads }, () => ({ next: 0, to: 0, apart: false }))
    // Little work is not spread thin: small files cost more later than a thread saves now.
    const runs = Math.max(1, Math.min(threads, Math.floor(sum / this.#group / 2)))
    let from = 0
    for (let run = 0; run < runs; run++) {
      const to = run === runs - 1 ? sizes.length : this.#reach(from, sizes.length, sum / runs)
      this.#ranges[run] = { next: from, to, apart: false }
      from = to
    }
  }

  /** What `thread` reads next; undefined when nothing is left that is worth sharing. */
  take(thread: number): Group | undefined {
    const own = this.#ranges[thread]
    if (!own || (own.next >= own.to && !this.#takeOver(own))) return undefined
    const { next: from, apart } = own
    const to = this.#reach(from, own.to, this.#group)
    own.next = to
    own.apart = false
    return { from, to, apart }
  }

  /** Takes the later half of the longest rest, unless that is too little to share. */
  #takeOver(own: Range): boolean {
    const rest = (range: Range): number => this.#work(range.next, range.to)
    const longest = this.#ranges.reduce((a, b) => (rest(b) > rest(a) ? b : a))
    if (rest(longest) < 2 * this.#group || longest.to - longest.next < 2) return false
    const middle = Math.min(
      this.#reach(longest.next, longest.to, rest(longest) / 2),
      longest.to - 1,
    )
    Object.assign(own, { next: middle, to: longest.to, apart: true })
    longest.to = middle
    return true
  }

  #work(from: number, to: number): number {
    return (this.#before[to] ?? 0) - (this.#before[from] ?? 0)
  }

  /** Where at least one object and so much work from `from` on ends, at `to` at the latest. */
  #reach(from: number, to: number, work: number): number {
    let low = Math.min(from + 1, to)
    let high = to
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#work(from, middle) < work) low = middle + 1
      else high = middle
    }
    return low
  }
}
