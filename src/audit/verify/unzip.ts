import { gunzipSync } from 'node:zlib'
import { messageOf } from '../../core/errors.js'

const MOST = 512 * 1024 * 1024

/** The text of a gzip file, or why it is none. Bytes after its end are an error, as they are no part of the text. */
export function unzip(bytes: Uint8Array): { readonly text: Buffer } | { readonly reason: string } {
  try {
    // `info` is there in Node, not in its types.
    const options = { info: true, maxOutputLength: MOST } as Parameters<typeof gunzipSync>[1]
    const { buffer, engine } = gunzipSync(bytes, options) as unknown as {
      readonly buffer: Buffer
      readonly engine: { readonly bytesWritten: number }
    }
    if (engine.bytesWritten !== bytes.length)
      return { reason: `has ${bytes.length - engine.bytesWritten} bytes after its end` }
    return { text: buffer }
  } catch (error) {
    return { reason: `is no gzip file (${messageOf(error)})` }
  }
}
