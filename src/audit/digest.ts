import { sign, verify, type KeyObject } from 'node:crypto'
import { sha256Hex } from '../core/sha256.js'
import { ALGORITHM } from './signed-objects.js'

/** A digest file, member for member as CloudTrail writes it. */
export interface Digest {
  readonly awsAccountId: string
  readonly digestStartTime: string
  readonly digestEndTime: string
  readonly digestS3Bucket: string
  readonly digestS3Object: string
  readonly digestPublicKeyFingerprint: string
  readonly digestSignatureAlgorithm: string
  readonly newestEventTime: string | null
  readonly oldestEventTime: string | null
  readonly previousDigestS3Bucket: string | null
  readonly previousDigestS3Object: string | null
  readonly previousDigestHashValue: string | null
  readonly previousDigestHashAlgorithm: string | null
  readonly previousDigestSignature: string | null
  readonly logFiles: readonly DigestLogFile[]
}

export interface DigestLogFile {
  readonly s3Bucket: string
  readonly s3Object: string
  readonly hashValue: string
  readonly hashAlgorithm: string
  readonly newestEventTime: string
  readonly oldestEventTime: string
}

export const HASH = 'SHA-256'

/** What a digest's signature is over: its end, its place, its hash, the signature before it. */
export function signedText(digest: Digest, sha256: string): Buffer {
  const place = `${digest.digestS3Bucket}/${digest.digestS3Object}`
  const previous = digest.previousDigestSignature ?? 'null'
  return Buffer.from(`${digest.digestEndTime}\n${place}\n${sha256}\n${previous}`)
}

/** In hex. The same text gives the same signature. */
export function signDigest(digest: Digest, text: string, key: KeyObject): string {
  return sign('RSA-SHA256', signedText(digest, sha256Hex(text)), key).toString('hex')
}

/** Whether the signature, in hex, is of this digest with this text and that key. */
export function isSigned(
  digest: Digest,
  text: Uint8Array,
  signature: string,
  key: KeyObject,
): boolean {
  if (!/^(?:[0-9a-f]{2})+$/i.test(signature)) return false
  if (digest.digestSignatureAlgorithm !== ALGORITHM) return false
  const bytes = Buffer.from(signature, 'hex')
  return verify('RSA-SHA256', signedText(digest, sha256Hex(text)), key, bytes)
}
