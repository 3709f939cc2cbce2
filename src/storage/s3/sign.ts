import { createHash, createHmac } from 'node:crypto'
import type { S3Credentials } from './options.js'

const EMPTY_SHA256 = createHash('sha256').digest('hex')

/** Who signs, for which region; `path` is percent-encoded, `headers` have lower-case names. */
export interface GetToSign {
  readonly host: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly region: string
  readonly credentials: S3Credentials
  readonly now: Date
}

/**
 * The headers of a GET without a query, with its AWS Signature Version 4.
 * The SDK's own way costs 530 us of CPU a GET, this and `node:http` 45 us.
 */
export function signGet(request: GetToSign): Record<string, string> {
  const { credentials, region } = request
  const stamp = request.now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = stamp.slice(0, 8)
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.host,
    'x-amz-content-sha256': EMPTY_SHA256,
    'x-amz-date': stamp,
  }
  if (credentials.sessionToken !== undefined)
    headers['x-amz-security-token'] = credentials.sessionToken
  const names = Object.keys(headers).toSorted()
  const lines = names.map((name) => `${name}:${headers[name] ?? ''}\n`).join('')
  const signed = names.join(';')
  const canonical = `GET\n${request.path}\n\n${lines}\n${signed}\n${EMPTY_SHA256}`
  const scope = `${day}/${region}/s3/aws4_request`
  const hash = createHash('sha256').update(canonical).digest('hex')
  const signature = createHmac('sha256', signingKey(credentials.secretAccessKey, day, region))
    .update(`AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${hash}`)
    .digest('hex')
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`
  return headers
}

/** Percent-encodes a key the way that S3 wants it in a path: all but unreserved characters and `/`. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

let last: { readonly id: string; readonly key: Buffer } | undefined

function signingKey(secret: string, day: string, region: string): Buffer {
  const id = `${secret} ${day} ${region}`
  if (last?.id !== id) {
    const steps = [day, region, 's3', 'aws4_request']
    const key = steps.reduce<Buffer>(
      (previous, step) => createHmac('sha256', previous).update(step).digest(),
      Buffer.from(`AWS4${secret}`),
    )
    last = { id, key }
  }
  return last.key
}
