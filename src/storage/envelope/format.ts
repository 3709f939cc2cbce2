import { createHash, hkdfSync } from 'node:crypto'
import { HeadrigError } from '../../core/errors.js'
import type { EncryptionContext } from '../kms.js'

/**
 * A sealed file: `HRSEAL1\n`, the length of its head (4 bytes), the head (JSON), then pieces of 64 KiB at most, each
 * encrypted with AES-256-GCM and followed by its tag. The nonce of a piece is its number and whether it is the last,
 * so a piece that is missing, moved or altered is found, and so is the end when it was cut off. The key is derived
 * from the data key and a salt of the file; head and label are part of what each tag covers.
 */
export const MAGIC = Buffer.from('HRSEAL1\n')
export const ALGORITHM = 'aes-256-gcm'
export const PIECE = 65_536
export const TAG = 16
export const LONGEST_HEAD = 16_384

/** What stands in the clear before the pieces. */
export interface EnvelopeHead {
  /** The data key, as only the KMS can read it; base64. */
  readonly key: string
  readonly context: EncryptionContext
  /** 32 bytes, base64. */
  readonly salt: string
}

/** The key of one file. */
export function fileKey(dataKey: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, salt, 'headrig envelope 1', 32))
}

/** What each tag covers beside its piece. */
export function authenticated(head: Uint8Array, label: string): Buffer {
  return createHash('sha256').update(head).update('\0').update(label).digest()
}

export function nonce(piece: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUIntBE(piece, 5, 6)
  bytes[11] = isLast ? 1 : 0
  return bytes
}

/** @throws HeadrigError `invalid` for a head that is none of ours */
export function readHead(bytes: Uint8Array): EnvelopeHead {
  try {
    const { key, salt, context } = JSON.parse(Buffer.from(bytes).toString('utf8')) as EnvelopeHead
    const isContext =
      typeof context === 'object' &&
      context !== null &&
      Object.values(context).every((value) => typeof value === 'string')
    if (typeof key === 'string' && typeof salt === 'string' && isContext)
      return { key, salt, context }
  } catch {
    // Told below.
  }
  throw damaged('its head cannot be read')
}

export function damaged(why: string): HeadrigError {
  return new HeadrigError('invalid', `not what was sealed: ${why}; use another copy`)
}
