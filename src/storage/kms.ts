import { HeadrigError } from '../core/errors.js'
import type { AwsIdentity } from './aws-identity.js'
import { postAws } from './aws-post.js'

/** A key that is used here, and the same one as only the KMS can read it. */
export interface DataKey {
  /** 32 bytes. Never to be stored: wipe it (`fill(0)`) when it is done with. */
  readonly plain: Buffer
  /** To be stored beside what was sealed with it. */
  readonly sealed: Buffer
}

/** What a data key is for. The KMS gives it back for the same words alone, and writes them to its own log. */
export type EncryptionContext = Readonly<Record<string, string>>

/** A key management service that speaks AWS KMS's API. */
export interface Kms {
  /** @throws HeadrigError `not-found` without such a key, `forbidden`, `unavailable` */
  dataKey(keyId: string, context: EncryptionContext): Promise<DataKey>
  /** The plain bytes of a sealed key. @throws HeadrigError `invalid` for other words, or a key that is none of the KMS's */
  open(sealed: Uint8Array, context: EncryptionContext): Promise<Buffer>
}

const KEY_BYTES = 32

/**
 * Reaches a KMS.
 * @param endpoint of one that is not AWS's; default: that of the caller's region
 * @example const { plain, sealed } = await openKms({ identity }).dataKey('alias/logs', { cluster: 'j-1' })
 */
export function openKms(options: {
  readonly endpoint?: string | undefined
  readonly identity: () => Promise<AwsIdentity>
}): Kms {
  const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const { endpoint, identity } = options
    const base = endpoint ?? `https://kms.${(await identity()).region}.amazonaws.com`
    const text = await postAws({
      service: 'kms',
      url: new URL('/', base),
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TrentService.${operation}`,
      },
      body: JSON.stringify(input),
      identity,
    })
    try {
      return JSON.parse(text) as Record<string, unknown>
    } catch (error) {
      throw new HeadrigError('unavailable', `${new URL(base).host} is no KMS: it answers no JSON`, {
        cause: error,
      })
    }
  }
  return {
    async dataKey(KeyId, EncryptionContext) {
      const answer = await call('GenerateDataKey', { KeyId, KeySpec: 'AES_256', EncryptionContext })
      return { plain: keyOf(answer['Plaintext']), sealed: bytesOf(answer['CiphertextBlob']) }
    },
    async open(sealed, EncryptionContext) {
      const CiphertextBlob = Buffer.from(sealed).toString('base64')
      return keyOf((await call('Decrypt', { CiphertextBlob, EncryptionContext }))['Plaintext'])
    },
  }
}

function keyOf(value: unknown): Buffer {
  const key = bytesOf(value)
  if (key.length === KEY_BYTES) return key
  throw new HeadrigError('unavailable', `kms gives a key of ${key.length} bytes, not ${KEY_BYTES}`)
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : '', 'base64')
}
