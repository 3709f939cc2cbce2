/** Many producers, one consumer, a bounded number of items between them. */
export class Merge<T> {
  readonly #limit: number
  #items: T[] = []
  #state: { readonly done: boolean; readonly error?: unknown } = { done: false }
  #ready: () => void = () => {}
  #room: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }
  async push(item: T): Promise<void> {
    this.#items.push(item)
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
  async *values(): AsyncGenerator<T> {
    for (;;) {
      const items = this.#items
      this.#items = []
      for (const resolve of this.#room.splice(0)) resolve()
      yield* items
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
