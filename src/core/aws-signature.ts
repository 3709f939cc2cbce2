import { createHmac } from 'node:crypto'
import { sha256Hex } from './sha256.js'

/** The name of the one way to sign that is spoken here, as it stands in `Authorization`. */
export const SIGNATURE_ALGORITHM = 'AWS4-HMAC-SHA256'

/** Of an empty body, in hex. */
export const EMPTY_SHA256 = sha256Hex('')

/** Percent-encodes all but unreserved characters, as signatures want it. */
export function encodeAws(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** What a canonical request is made of; every part as AWS, "Create a signed AWS API request" wants it. */
export interface CanonicalParts {
  readonly method: string
  /** Percent-encoded as the service wants it signed. */
  readonly path: string
  /** Percent-encoded, in the order of its names; empty without any. */
  readonly query: string
  /** Lower-case names in their order, with their values: those that are signed. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly payloadSha256: string
}

/** One text for all that a signature covers. */
export function canonicalRequest(parts: CanonicalParts): string {
  const { method, path, query, headers, payloadSha256 } = parts
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('')
  const names = headers.map(([name]) => name).join(';')
  return `${method}\n${path}\n${query}\n${lines}\n${names}\n${payloadSha256}`
}

/**
 * The signature of a canonical request, in hex.
 * @param stamp of its date: `20261121T184723Z`
 * @param scope `20261121/us-east-1/s3/aws4_request`
 */
export function signatureOf(
  canonical: string,
  secret: string,
  stamp: string,
  scope: string,
): string {
  return createHmac('sha256', signingKey(secret, scope))
    .update(`${SIGNATURE_ALGORITHM}\n${stamp}\n${scope}\n${sha256Hex(canonical)}`)
    .digest('hex')
}

/** More than the keys that are in use within a day. */
const KEPT_KEYS = 1000
const keys = new Map<string, Buffer>()

/** The key of a day, a region and a service; thousands of requests in a row share one. */
function signingKey(secret: string, scope: string): Buffer {
  const id = `${secret} ${scope}`
  const kept = keys.get(id)
  if (kept) return kept
  const key = scope
    .split('/')
    .reduce<Buffer>(
      (previous, step) => createHmac('sha256', previous).update(step).digest(),
      Buffer.from(`AWS4${secret}`),
    )
  if (keys.size >= KEPT_KEYS) keys.clear()
  keys.set(id, key)
  return key
}
