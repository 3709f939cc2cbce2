/** The longest that an object that keeps failing is left alone, milliseconds. */
const LONGEST = 3_600_000

/**
 * Spaces the tries at objects that fail again and again while a source is watched: each would be a batch
 * and a row of the ledger.
 */
export class Patience {
  readonly #first: number
  readonly #waits = new Map<string, { readonly wait: number; readonly until: number }>()

  /** @param first milliseconds after the first failure; doubles with each further one */
  constructor(first: number) {
    this.#first = first
  }

  isDue(object: string, now: number): boolean {
    return (this.#waits.get(object)?.until ?? 0) <= now
  }

  /** Notes what became of an object. */
  note(object: string, failed: boolean, now: number): void {
    if (!failed) {
      this.#waits.delete(object)
      return
    }
    const wait = Math.min(LONGEST, (this.#waits.get(object)?.wait ?? this.#first / 2) * 2)
    this.#waits.set(object, { wait, until: now + wait })
  }
}
