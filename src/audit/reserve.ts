import { closeSync, fdatasyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs'

const CHUNK = Buffer.alloc(64 * 1024)

/**
 * Room on the disk that is kept for the records of calls that already run when it fills up: a file
 * of zeros that is given up then.
 */
export class Reserve {
  readonly #path: string
  readonly #bytes: number

  constructor(path: string, bytes: number) {
    this.#path = path
    this.#bytes = bytes
  }

  /** Whether the room is there; tries to take it when it is not. */
  take(): boolean {
    try {
      if (statSync(this.#path, { throwIfNoEntry: false })?.size === this.#bytes) return true
      const file = openSync(this.#path, 'w', 0o600)
      try {
        for (let done = 0; done < this.#bytes;)
          done += writeSync(file, CHUNK, 0, Math.min(CHUNK.length, this.#bytes - done))
        fdatasyncSync(file)
      } finally {
        closeSync(file)
      }
      return true
    } catch {
      this.give()
      return false
    }
  }

  give(): void {
    rmSync(this.#path, { force: true })
  }
}
