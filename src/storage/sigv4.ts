import { createHash, createHmac } from 'node:crypto'
import type { S3Credentials } from './s3/options.js'

/** What an AWS Signature Version 4 covers. */
export interface ToSign {
  /** By the name that is signed: `s3`, `emr-serverless`. */
  readonly service: string
  readonly region: string
  readonly method: string
  /** Percent-encoded as the service wants it signed. */
  readonly path: string
  /** Percent-encoded, in the order of its names; empty without any. */
  readonly query: string
  /** With lower-case names, `host` among them; all are signed. */
  readonly headers: Readonly<Record<string, string>>
  /** Of the body, in hex. */
  readonly payloadSha256: string
  readonly credentials: S3Credentials
  readonly now: Date
}

export const EMPTY_SHA256 = sha256('')

/**
 * The given headers, and those of the signature.
 * Source: AWS, "Create a signed AWS API request".
 * @example signed({ service: 's3', region, method: 'GET', path: '/key', query: '', headers: { host }, payloadSha256: EMPTY_SHA256, credentials, now })
 */
export function signed(request: ToSign): Record<string, string> {
  const { service, region, method, path, query, payloadSha256, credentials } = request
  const stamp = request.now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-content-sha256': payloadSha256,
    'x-amz-date': stamp,
  }
  if (credentials.sessionToken !== undefined)
    headers['x-amz-security-token'] = credentials.sessionToken
  const all = Object.keys(headers).toSorted()
  const lines = all.map((name) => `${name}:${headers[name] ?? ''}\n`).join('')
  const names = all.join(';')
  const canonical = `${method}\n${path}\n${query}\n${lines}\n${names}\n${payloadSha256}`
  const scope = `${stamp.slice(0, 8)}/${region}/${service}/aws4_request`
  const signature = createHmac('sha256', signingKey(credentials.secretAccessKey, scope))
    .update(`AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha256(canonical)}`)
    .digest('hex')
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  return headers
}

/** Percent-encodes all but unreserved characters, as signatures want it. */
export function encodeAws(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

let last: { readonly id: string; readonly key: Buffer } | undefined

/** The key of a day, a region and a service; thousands of requests in a row share one. */
function signingKey(secret: string, scope: string): Buffer {
  const id = `${secret} ${scope}`
  if (last?.id !== id) {
    const key = scope
      .split('/')
      .reduce<Buffer>(
        (previous, step) => createHmac('sha256', previous).update(step).digest(),
        Buffer.from(`AWS4${secret}`),
      )
    last = { id, key }
  }
  return last.key
}
