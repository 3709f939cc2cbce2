import { canonicalRequest, signatureOf, SIGNATURE_ALGORITHM } from '../../src/core/aws-signature.js'
import { sha256Hex } from '../../src/core/sha256.js'

export interface SignedCall {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly service: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly now?: Date
}

/** The headers of a POST to `/` of this URL, signed for us-east-1. */
export function signCall(url: string, call: SignedCall): Record<string, string> {
  const stamp = (call.now ?? new Date()).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = `${stamp.slice(0, 8)}/us-east-1/${call.service}/aws4_request`
  const signed = { ...call.headers, host: new URL(url).host, 'x-amz-date': stamp }
  const headers = Object.entries(signed).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const canonical = canonicalRequest({
    method: 'POST',
    path: '/',
    query: '',
    headers,
    payloadSha256: sha256Hex(call.body),
  })
  const signature = signatureOf(canonical, call.secretAccessKey, stamp, scope)
  const names = headers.map(([name]) => name).join(';')
  return {
    ...call.headers,
    'x-amz-date': stamp,
    authorization: `${SIGNATURE_ALGORITHM} Credential=${call.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  }
}
