interface Task {
  readonly controller: AbortController
  readonly done: Promise<void>
}

/** Work in the background by name: one of a name at a time. */
export class Tasks {
  readonly #tasks = new Map<string, Task>()
  #closed = false

  get isClosed(): boolean {
    return this.#closed
  }

  /** Starts work unless it is under way. It must not throw. */
  run(name: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.#closed || this.#tasks.has(name)) return
    const controller = new AbortController()
    // Started in a turn of its own, so that it is known before it can end.
    const done = Promise.resolve()
      .then(() => work(controller.signal))
      .finally(() => this.#tasks.delete(name))
    this.#tasks.set(name, { controller, done })
  }

  stop(name: string): void {
    this.#tasks.get(name)?.controller.abort(new Error('no longer wanted'))
  }

  /** When no work of that name is under way. */
  async ended(name: string): Promise<void> {
    await this.#tasks.get(name)?.done
  }

  /** Stops everything and waits for it; nothing is started any more. */
  async close(): Promise<void> {
    this.#closed = true
    for (const name of this.#tasks.keys()) this.stop(name)
    await Promise.all([...this.#tasks.values()].map(({ done }) => done))
  }
}
