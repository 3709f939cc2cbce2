import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Checked } from './checked.js'

/**
 * The signature that these parts of a request should have, by AWS's own library: the request is
 * signed again with the headers that the client signed.
 */
export async function smithySignature(checked: Checked): Promise<string> {
  const { request, target, region, service, stamp, accessKeyId, secret } = checked
  const query: Record<string, string[]> = Object.create(null) as Record<string, string[]>
  for (const [name, value] of target.query) (query[name] ??= []).push(value)
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey: secret },
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  })
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'https:',
      hostname: '',
      path: target.path,
      query,
      headers: Object.fromEntries(checked.headers),
      body: request.body,
    },
    {
      signingDate: dateOf(stamp),
      signableHeaders: new Set(checked.headers.map(([name]) => name)),
    },
  )
  return /Signature=([0-9a-f]{64})$/.exec(signed.headers['authorization'] ?? '')?.[1] ?? ''
}

/** Of a stamp such as `20261121T184723Z`. */
export function dateOf(stamp: string): Date {
  return new Date(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

type Bytes = string | ArrayBuffer | ArrayBufferView

/** SHA-256, or its HMAC with a secret, as that library wants it. */
export class Sha256 {
  #hash: Hash | Hmac
  readonly #secret: Bytes | undefined

  constructor(secret?: Bytes) {
    this.#secret = secret
    this.#hash = this.#fresh()
  }

  update(data: Bytes): void {
    this.#hash.update(plain(data))
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }

  reset(): void {
    this.#hash = this.#fresh()
  }

  #fresh(): Hash | Hmac {
    return this.#secret === undefined
      ? createHash('sha256')
      : createHmac('sha256', plain(this.#secret))
  }
}

function plain(data: Bytes): string | Uint8Array {
  if (typeof data === 'string') return data
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)
}
