import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { sha256Hex } from '../core/sha256.js'
import { HeadrigError, isKind, messageOf } from '../core/errors.js'
import { isoSeconds } from '../core/iso-seconds.js'
import { fileStore } from '../storage/file.js'

/** A key as `aws cloudtrail list-public-keys` prints it. */
export interface PublicKey {
  readonly Fingerprint: string
  /** PKCS#1 DER, base64. */
  readonly Value: string
  readonly ValidityStartTime: string
  readonly ValidityEndTime: string
}

export interface DigestKeys {
  readonly privateKey: KeyObject
  readonly fingerprint: string
  readonly publicKeys: readonly PublicKey[]
}

const PRIVATE = 'digest-key.pem'
/** What those who verify without the server are to be given. */
export const PUBLIC_KEYS_FILE = 'public-keys.json'
const VALID_YEARS = 10

/** The key that signs digests, made when the folder has none; only the owner can read it. */
export async function openDigestKeys(folder: string, now: Date): Promise<DigestKeys> {
  const store = fileStore(folder)
  let pem = await textOf(store.get(PRIVATE))
  if (pem === undefined) {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
    pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    await store.put(PRIVATE, Buffer.from(pem))
  }
  const privateKey = readPem(pem, `${folder}/${PRIVATE}`)
  const der = createPublicKey(privateKey).export({ type: 'pkcs1', format: 'der' })
  const fingerprint = fingerprintOf(der)
  const known = await textOf(store.get(PUBLIC_KEYS_FILE))
  const others = (known === undefined ? [] : parsePublicKeys(known, PUBLIC_KEYS_FILE)).filter(
    (key) => key.Fingerprint !== fingerprint,
  )
  const own =
    known === undefined
      ? undefined
      : parsePublicKeys(known, PUBLIC_KEYS_FILE).find((key) => key.Fingerprint === fingerprint)
  const publicKeys = [...others, own ?? newPublicKey(der, fingerprint, now)]
  if (!own)
    await store.put(
      PUBLIC_KEYS_FILE,
      Buffer.from(`${JSON.stringify({ PublicKeyList: publicKeys }, null, 2)}\n`),
    )
  return { privateKey, fingerprint, publicKeys }
}

/** What `aws cloudtrail list-public-keys` printed, or a PEM file. */
export function parsePublicKeys(text: string, name: string): PublicKey[] {
  try {
    if (text.includes('-----BEGIN')) {
      const der = createPublicKey(text).export({ type: 'pkcs1', format: 'der' })
      return [newPublicKey(der, fingerprintOf(der), new Date(0))]
    }
    const list = (JSON.parse(text) as { readonly PublicKeyList: readonly PublicKey[] })
      .PublicKeyList
    return list.map((key) => {
      toKey(key)
      return key
    })
  } catch (error) {
    throw new HeadrigError(
      'invalid',
      `${name} holds no public keys (${messageOf(error)}): give what aws cloudtrail list-public-keys prints, or a PEM file`,
      { cause: error },
    )
  }
}

export function toKey({ Value }: PublicKey): KeyObject {
  return createPublicKey({ key: Buffer.from(Value, 'base64'), format: 'der', type: 'pkcs1' })
}

function newPublicKey(der: Buffer, Fingerprint: string, now: Date): PublicKey {
  const end = new Date(now)
  end.setUTCFullYear(end.getUTCFullYear() + VALID_YEARS)
  return {
    Fingerprint,
    Value: der.toString('base64'),
    ValidityStartTime: isoSeconds(now),
    ValidityEndTime: isoSeconds(end),
  }
}

function fingerprintOf(der: Buffer): string {
  return sha256Hex(der).slice(0, 32)
}

function readPem(pem: string, name: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (error) {
    throw new HeadrigError('unavailable', `${name} is no private key: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

async function textOf(reading: Promise<Uint8Array>): Promise<string | undefined> {
  try {
    return Buffer.from(await reading).toString()
  } catch (error) {
    if (isKind(error, 'not-found')) return undefined
    throw error
  }
}
