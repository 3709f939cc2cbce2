import { canonicalRequest, encodeAws, signatureOf } from '../../core/aws-signature.js'
import type { Checked } from './checked.js'

/** The signature that these parts of a request should have, by our own reading of AWS's rules. */
export function ownSignature({
  request,
  target,
  headers,
  payloadSha256,
  scope,
  stamp,
  secret,
}: Checked): string {
  const query = target.query
    .map(([name, value]) => [encodeAws(name), encodeAws(value)] as const)
    .toSorted(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const canonical = canonicalRequest({
    method: request.method,
    path: encodedTwice(target.path),
    query,
    headers,
    payloadSha256,
  })
  return signatureOf(canonical, secret, stamp, scope)
}

/** Every service but S3 signs the path without empty and dot segments, its escapes escaped again. */
function encodedTwice(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(encodeAws(segment))
  }
  const end = kept.length > 0 && path.endsWith('/') ? '/' : ''
  return `/${kept.join('/')}${end}`
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
