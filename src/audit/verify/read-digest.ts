import { sha256Hex } from '../../core/sha256.js'
import { isKind } from '../../core/errors.js'
import type { ByteStore } from '../../storage/store.js'
import { isSigned, type Digest, type DigestLogFile } from '../digest.js'
import { toKey, type PublicKey } from '../digest-keys.js'
import { signatureOf } from '../signed-objects.js'
import type { DigestFile } from './digest-names.js'
import { unzip } from './unzip.js'

export interface ReadDigest {
  readonly digest: Digest
  readonly sha256: string
  readonly signature: string
}

/** What the next digest of the chain says of this one. */
export interface Successor {
  readonly sha256: string | null
  readonly signature: string | null
}

const TEXTS = [
  'digestStartTime',
  'digestEndTime',
  'digestS3Bucket',
  'digestS3Object',
  'digestPublicKeyFingerprint',
  'digestSignatureAlgorithm',
] as const

/** Reads a digest and checks its place, its hash and its signature; why it is not to be trusted is a text. */
export async function readDigest(
  store: ByteStore,
  file: DigestFile,
  keys: readonly PublicKey[],
  successor: Successor | undefined,
): Promise<ReadDigest | string> {
  const unzipped = unzip(await store.get(file.key))
  if ('reason' in unzipped) return unzipped.reason
  const { text } = unzipped
  const digest = parse(text)
  if (!digest) return 'is no digest'
  const sha256 = sha256Hex(text)
  if (successor && successor.sha256 !== sha256)
    return 'has another hash than the next digest says: it was altered'
  const moved = isMoved(store, file, digest)
  if (moved !== undefined) return moved
  const kept = await signatureOf(store, file.key)
  const signature = kept ?? successor?.signature
  if (signature === undefined || signature === null)
    return 'has no signature: it is in the metadata of the object on S3, which a copy loses'
  if (successor && successor.signature !== signature)
    return 'has another signature than the next digest says'
  const key = keys.find(({ Fingerprint }) => Fingerprint === digest.digestPublicKeyFingerprint)
  // A key given as PEM has no fingerprint of AWS's.
  const tried = key
    ? [key]
    : keys.filter(({ ValidityStartTime }) => ValidityStartTime.startsWith('1970'))
  if (tried.length === 0)
    return `is signed with the key ${digest.digestPublicKeyFingerprint}, which is none of those given`
  if (!tried.some((one) => isSigned(digest, text, signature, toKey(one))))
    return 'has a wrong signature: it was altered, or signed by somebody else'
  return { digest, sha256, signature }
}

function parse(text: Buffer): Digest | undefined {
  try {
    const found = JSON.parse(text.toString()) as Digest
    if (TEXTS.some((name) => typeof found[name] !== 'string')) return undefined
    return Array.isArray(found.logFiles) && found.logFiles.every(isLogFile) ? found : undefined
  } catch {
    return undefined
  }
}

function isLogFile(file: DigestLogFile | null): boolean {
  return typeof file?.s3Object === 'string' && typeof file.hashValue === 'string'
}

/** A bucket's name is known on S3 only: a folder may hold a copy of a bucket. */
function isMoved({ uri }: ByteStore, file: DigestFile, digest: Digest): string | undefined {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(uri) ?? []
  const key = prefix === undefined ? file.key : `${prefix}/${file.key}`
  const { digestS3Bucket, digestS3Object } = digest
  const isHere =
    bucket === undefined
      ? pathOf(digestS3Object) === file.path
      : digestS3Bucket === bucket && digestS3Object === key
  return isHere ? undefined : `was made for ${digestS3Bucket}/${digestS3Object}: it was moved`
}

/** What does not change when a bucket is copied to a folder. */
export function pathOf(object: string): string {
  const start = object.search(/(?:^|\/)AWSLogs\//)
  return start < 0 ? object : object.slice(object.charAt(start) === '/' ? start + 1 : start)
}

/** What a listed log file is; a text: why it is not what was delivered. */
export async function checkLog(
  store: ByteStore,
  key: string,
  { hashValue }: DigestLogFile,
): Promise<string | undefined> {
  try {
    const unzipped = unzip(await store.get(key))
    if ('reason' in unzipped) return unzipped.reason
    return sha256Hex(unzipped.text) === hashValue.toLowerCase()
      ? undefined
      : 'has another hash than its digest says: it was altered'
  } catch (error) {
    if (isKind(error, 'not-found')) return 'is missing'
    throw error
  }
}
