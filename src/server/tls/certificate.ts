import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { HeadrigError, isErrno, messageOf } from '../../core/errors.js'
import { selfSigned, type Certificate } from './self-signed.js'

/** A certificate that ends sooner is made anew at a start. */
const RENEW_MS = 14 * 86_400_000

/**
 * Reads a certificate and its key from PEM files.
 * @throws HeadrigError `invalid` for files that cannot be read or do not go together
 */
export async function readCertificate(certFile: string, keyFile: string): Promise<Certificate> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')])
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
      throw new Error('the key is not that of the certificate')
    return { cert, key }
  } catch (error) {
    throw new HeadrigError(
      'invalid',
      `cannot use ${certFile} with ${keyFile}: ${messageOf(error)}; give PEM files by --tls-cert and --tls-key`,
      { cause: error },
    )
  }
}

/**
 * The certificate that a server made for itself in this folder; a new one when there is none, when it
 * soon ends, or when it lacks a name. Only the owner can read the key.
 */
export async function ownCertificate(
  folder: string,
  host: string,
  now: Date,
): Promise<Certificate & { readonly certFile: string }> {
  const certFile = join(folder, 'cert.pem')
  const keyFile = join(folder, 'key.pem')
  const isAny = host === '0.0.0.0' || host === '::'
  const names = [
    ...new Set(['localhost', '127.0.0.1', '::1', hostname(), ...(isAny ? [] : [host])]),
  ]
  const there = await readPair(certFile, keyFile)
  if (there && isGood(there, names, now)) return { ...there, certFile }
  const fresh = selfSigned(names, now)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await replace(keyFile, fresh.key)
  await replace(certFile, fresh.cert)
  return { ...fresh, certFile }
}

async function readPair(certFile: string, keyFile: string): Promise<Certificate | undefined> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')])
    return { cert, key }
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw new HeadrigError(
      'unavailable',
      `cannot read the certificate of the server: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

/** Whole, of this moment's key, for these names. */
function isGood({ cert, key }: Certificate, names: readonly string[], now: Date): boolean {
  try {
    const parsed = new X509Certificate(cert)
    return (
      Date.parse(parsed.validTo) - now.getTime() > RENEW_MS &&
      parsed.checkPrivateKey(createPrivateKey(key)) &&
      names.every(
        (name) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)) !== undefined,
      )
    )
  } catch {
    return false
  }
}

async function replace(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o600 })
  await rename(`${path}.new`, path)
}
