export interface Rate {
  /** Calls that may come at once. */
  readonly burst: number
  readonly perSecond: number
}

/** How many callers are remembered: those that called last. */
const MOST = 20_000

/** Lets each caller do so many calls at once, and so many a second. */
export class TokenBuckets {
  readonly #rate: Rate
  readonly #buckets = new Map<string, { tokens: number; at: number }>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Takes one call of `caller`; false when there is none left. `now`: milliseconds. */
  take(caller: string, now: number): boolean {
    const bucket = this.#current(caller, now)
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }

  /** Whether `take` would be true. */
  has(caller: string, now: number): boolean {
    return this.#current(caller, now).tokens >= 1
  }

  #current(caller: string, now: number): { tokens: number; at: number } {
    const { burst, perSecond } = this.#rate
    const bucket = this.#buckets.get(caller) ?? { tokens: burst, at: now }
    bucket.tokens = Math.min(
      burst,
      bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond,
    )
    bucket.at = now
    this.#buckets.delete(caller)
    this.#buckets.set(caller, bucket)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > MOST && oldest !== undefined) this.#buckets.delete(oldest)
    return bucket
  }
}
