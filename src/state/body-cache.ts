/** The most characters that are kept. */
const MOST = 8 << 20

/** The documents that were read or written last, as JSON: for a file that nobody else writes. */
export class BodyCache {
  readonly #bodies = new Map<string, string>()
  #size = 0

  get(kind: string, id: string): string | undefined {
    return this.#bodies.get(`${kind}\0${id}`)
  }

  set(kind: string, id: string, body: string): void {
    this.delete(kind, id)
    if (this.#size + body.length > MOST) this.clear()
    this.#bodies.set(`${kind}\0${id}`, body)
    this.#size += body.length
  }

  delete(kind: string, id: string): void {
    const key = `${kind}\0${id}`
    this.#size -= this.#bodies.get(key)?.length ?? 0
    this.#bodies.delete(key)
  }

  /** When what was written is taken back. */
  clear(): void {
    this.#bodies.clear()
    this.#size = 0
  }
}
