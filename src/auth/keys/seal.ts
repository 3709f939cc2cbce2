import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Encrypts with AES-256-GCM under a key that is derived for one purpose. */
export interface Sealer {
  /** Text that tells nothing, and that only `open` with the same label takes. */
  seal(plain: Uint8Array, label: string): string
  /** Undefined for what was sealed otherwise, or changed since. */
  open(sealed: string, label: string): Buffer | undefined
}

const IV = 12
const TAG = 16

/**
 * @param purpose whose key it is: secrets and session tokens have one each
 */
export function sealer(master: Uint8Array, purpose: string): Sealer {
  const key = Buffer.from(hkdfSync('sha256', master, '', `headrig ${purpose}`, 32))
  return {
    seal(plain, label) {
      const iv = randomBytes(IV)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(label))
      const hidden = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), hidden]).toString('base64')
    },
    open(sealed, label) {
      const bytes = Buffer.from(sealed, 'base64')
      if (bytes.length < IV + TAG || bytes.toString('base64') !== sealed) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV))
        .setAAD(Buffer.from(label))
        .setAuthTag(bytes.subarray(IV, IV + TAG))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}
