/** Many producers, one consumer, a bounded number of items between them; they go through in lots. */
export class Merge<T> {
  readonly #limit: number
  #items: T[] = []
  #state: { readonly done: boolean; readonly error?: unknown } = { done: false }
  #ready: () => void = () => {}
  #room: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }
  async push(items: readonly T[]): Promise<void> {
    for (const item of items) this.#items.push(item)
    this.#ready()
    if (this.#items.length >= this.#limit)
      await new Promise<void>((resolve) => this.#room.push(resolve))
  }
  end(): void {
    this.#state = { done: true }
    this.#ready()
  }
  fail(error: unknown): void {
    this.#state = { done: true, error }
    this.#ready()
  }
  async *values(): AsyncGenerator<readonly T[]> {
    for (;;) {
      const items = this.#items
      this.#items = []
      for (const resolve of this.#room.splice(0)) resolve()
      if (items.length > 0) yield items
      if (this.#items.length > 0) continue
      if (this.#state.done) {
        if ('error' in this.#state) throw this.#state.error
        return
      }
      await new Promise<void>((resolve) => {
        this.#ready = resolve
      })
    }
  }
}
