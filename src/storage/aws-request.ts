import type { S3Credentials } from './s3/options.js'
import { encodeAws } from '../core/aws-signature.js'
import { sha256Hex } from '../core/sha256.js'
import { signed } from './sigv4.js'

/** A call of an AWS service's REST API. */
export interface AwsRequest {
  /** By the name that is signed: `emr-serverless`. */
  readonly service: string
  readonly region: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  readonly body?: string
  /** Of the body; default `application/json`. */
  readonly contentType?: string
  readonly credentials: S3Credentials
  readonly now: Date
}

/**
 * The headers of a call with its AWS Signature Version 4; `url` and `body` are to be sent as they are.
 * @example await fetch(url, { method, body, headers: signRequest({ … }) })
 */
export function signRequest(request: AwsRequest): Record<string, string> {
  const { service, region, method, url, body = '', credentials, now } = request
  const { contentType = 'application/json' } = request
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodeAws(name)}=${encodeAws(value)}`)
    .toSorted()
    .join('&')
  const { host: _, ...sent } = signed({
    service,
    region,
    method,
    path: url.pathname.split('/').map(encodeAws).join('/'),
    query,
    headers: { ...(body !== '' && { 'content-type': contentType }), host: url.host },
    payloadSha256: sha256Hex(body),
    credentials,
    now,
  })
  return sent
}
