import type { Writable } from 'node:stream'

/** Writes and waits while the reader is behind. Throws what the stream fails with. */
export function write(stream: Writable, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()))
  })
}
