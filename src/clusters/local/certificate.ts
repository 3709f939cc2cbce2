import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError, messageOf } from '../../core/errors.js'
import type { SparkConf } from './properties.js'

/** What all nodes of a cluster show one another, and trust. PEM texts. */
export interface NodeCertificate {
  readonly privateKey: string
  /** The certificate of that key first. */
  readonly certificateChain: string
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * Checks that a key and its certificate go together, today.
 * @throws HeadrigError `invalid` that says what is wrong
 */
export function checkCertificate(given: NodeCertificate, now = new Date()): void {
  const key = read('the private key', () => createPrivateKey(given.privateKey))
  const [first] = read('the certificate chain', () =>
    (given.certificateChain.match(PEM) ?? []).map((pem) => new X509Certificate(pem)),
  )
  if (!first) throw invalid('the certificate chain holds no certificate')
  if (!first.checkPrivateKey(key))
    throw invalid('the private key is not that of the first certificate of the chain')
  const [from, to] = [new Date(first.validFrom), new Date(first.validTo)]
  if (now < from || now > to)
    throw invalid(`the certificate is valid from ${first.validFrom} to ${first.validTo}`)
}

/** Puts a certificate where Spark's processes find it; the key is for its owner alone. */
export async function writeCertificate(folder: string, given: NodeCertificate): Promise<void> {
  const { key, chain } = placesOf(folder)
  await mkdir(join(folder, 'tls'), { mode: 0o700 })
  const exported: KeyObject = createPrivateKey(given.privateKey)
  const pem = exported.export({ type: 'pkcs8', format: 'pem' })
  await writeFile(key, pem, { mode: 0o600 })
  await writeFile(chain, given.certificateChain, { mode: 0o600 })
}

/**
 * Spark's settings for TLS between all of its processes. OpenSSL comes with Spark; the chain is what a process shows,
 * and all that it trusts.
 */
export function tlsConf(folder: string): SparkConf {
  const { key, chain } = placesOf(folder)
  return {
    'spark.ssl.rpc.enabled': 'true',
    'spark.ssl.rpc.openSslEnabled': 'true',
    'spark.ssl.rpc.protocol': 'TLSv1.3',
    'spark.ssl.rpc.privateKey': key,
    'spark.ssl.rpc.certChain': chain,
  }
}

function placesOf(folder: string): { readonly key: string; readonly chain: string } {
  return { key: join(folder, 'tls', 'key.pem'), chain: join(folder, 'tls', 'chain.pem') }
}

function read<T>(what: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw invalid(`${what} cannot be read: ${messageOf(error)}`)
  }
}

function invalid(why: string): HeadrigError {
  return new HeadrigError(
    'invalid',
    `no certificate for the nodes: ${why}; give PEM without a password`,
  )
}
