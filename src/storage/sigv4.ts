import { canonicalRequest, SIGNATURE_ALGORITHM, signatureOf } from '../core/aws-signature.js'
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
  const all = Object.entries(headers).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const canonical = canonicalRequest({ method, path, query, headers: all, payloadSha256 })
  const scope = `${stamp.slice(0, 8)}/${region}/${service}/aws4_request`
  const signature = signatureOf(canonical, credentials.secretAccessKey, stamp, scope)
  const names = all.map(([name]) => name).join(';')
  headers['authorization'] =
    `${SIGNATURE_ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  return headers
}
