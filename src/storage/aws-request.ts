import { createHash, createHmac } from 'node:crypto'
import type { S3Credentials } from './s3/options.js'

/** A call of an AWS service's REST API. */
export interface AwsRequest {
  /** By the name that is signed: `emr-serverless`. */
  readonly service: string
  readonly region: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  readonly body?: string
  readonly credentials: S3Credentials
  readonly now: Date
}

/**
 * The headers of a call with its AWS Signature Version 4; `url` and `body` are to be sent as they are.
 * @example await fetch(url, { method, body, headers: signRequest({ … }) })
 */
export function signRequest(request: AwsRequest): Record<string, string> {
  const { service, region, method, url, body = '', credentials, now } = request
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const hash = sha256(body)
  const headers: Record<string, string> = {
    ...(body !== '' && { 'content-type': 'application/json' }),
    host: url.host,
    'x-amz-content-sha256': hash,
    'x-amz-date': stamp,
    ...(credentials.sessionToken !== undefined && {
      'x-amz-security-token': credentials.sessionToken,
    }),
  }
  const names = Object.keys(headers).toSorted()
  const path = url.pathname.split('/').map(encode).join('/')
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&')
  const lines = names.map((name) => `${name}:${headers[name] ?? ''}\n`).join('')
  const canonical = [method, path, query, lines, names.join(';'), hash].join('\n')
  const scope = `${stamp.slice(0, 8)}/${region}/${service}/aws4_request`
  const key = scope
    .split('/')
    .reduce<Buffer>(
      (previous, step) => createHmac('sha256', previous).update(step).digest(),
      Buffer.from(`AWS4${credentials.secretAccessKey}`),
    )
  const signature = createHmac('sha256', key)
    .update(`AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha256(canonical)}`)
    .digest('hex')
  const { host: _, ...sent } = headers
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
