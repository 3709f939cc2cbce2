import { deflateSync, inflateSync } from 'node:zlib'
import { HeadrigError } from '../../../core/errors.js'

/**
 * A value as one word of letters, digits, `+`, `/` and `=`: whatever is in it, it passes through SQL, a shell and lines
 * of fields as it is.
 * @example decodeText(encodeText({ key: 'a\tb\n' })) // { key: 'a\tb\n' }
 */
export function encodeText(value: unknown): string {
  return deflateSync(JSON.stringify(value)).toString('base64')
}

/** The value of `encodeText`. Throws `internal` for any other text. */
export function decodeText(text: string): unknown {
  try {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new Error('not base64')
    return JSON.parse(inflateSync(Buffer.from(text, 'base64')).toString()) as unknown
  } catch (error) {
    throw new HeadrigError('internal', 'a task and its caller do not understand each other', {
      cause: error,
    })
  }
}
