/** The signal of a call, which few operations ask for: it is made when one does. */
export class CallSignal {
  #controller: AbortController | undefined
  #reason: Error | undefined

  /** Aborted when nobody waits for the answer any more. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#reason) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  abort(reason: Error): void {
    this.#reason ??= reason
    this.#controller?.abort(this.#reason)
  }
}
