import { createHmac, timingSafeEqual } from 'node:crypto'
import { AwsError } from './aws-error.js'
import type { Json } from './service.js'

const MAC_BYTES = 12
const LONGEST = 4096

/** Makes and reads the opaque marks of pages: nobody but this server can make one that it takes. */
export class Markers {
  readonly #secret: Uint8Array

  /** `secret`: kept over restarts, so that a client may go on after one. */
  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** `scope`: what the list is of, such as the operation with its filter; a mark is good for no other. */
  make(scope: string, position: Json): string {
    const text = Buffer.from(JSON.stringify(position))
    return Buffer.concat([this.#mac(scope, text), text]).toString('base64url')
  }

  /** @throws AwsError `InvalidRequestException` for a mark that is not ours, or of another list */
  read(scope: string, marker: string): Json {
    const bytes = Buffer.from(marker.slice(0, LONGEST), 'base64url')
    const text = bytes.subarray(MAC_BYTES)
    if (
      text.length === 0 ||
      bytes.toString('base64url') !== marker ||
      !timingSafeEqual(bytes.subarray(0, MAC_BYTES), this.#mac(scope, text))
    )
      throw new AwsError('InvalidRequestException', 'Marker is not valid.', {
        members: { ErrorCode: 'ValidationException' },
      })
    return JSON.parse(text.toString()) as Json
  }

  /**
   * The page of a list that begins after `marker`. What came to the list's head since does not
   * disturb; when the last item of the page before is gone, the page begins where it was.
   * @example markers.page(clusters, { scope: 'ListClusters', size: 50, keyOf: (c) => c.id })
   */
  page<T>(items: readonly T[], { scope, marker, size, keyOf }: PageOptions<T>): Page<T> {
    const start = marker === undefined ? 0 : this.#start(items, scope, marker, keyOf)
    const page = items.slice(start, start + size)
    const end = start + page.length
    const last = page.at(-1)
    if (last === undefined || end >= items.length) return { page }
    return { page, marker: this.make(scope, [keyOf(last), end]) }
  }

  #start<T>(
    items: readonly T[],
    scope: string,
    marker: string,
    keyOf: (item: T) => string,
  ): number {
    const [key, end] = this.read(scope, marker) as readonly [string, number]
    const at = items.findIndex((item) => keyOf(item) === key)
    return at < 0 ? Math.min(end, items.length) : at + 1
  }

  #mac(scope: string, text: Uint8Array): Buffer {
    const mac = createHmac('sha256', this.#secret).update(JSON.stringify(scope)).update(text)
    return mac.digest().subarray(0, MAC_BYTES)
  }
}

export interface PageOptions<T> {
  readonly scope: string
  readonly marker?: string | undefined
  readonly size: number
  readonly keyOf: (item: T) => string
}

export interface Page<T> {
  readonly page: readonly T[]
  /** Where the next page begins; undefined at the end. */
  readonly marker?: string
}
