import { checkCertificate, type NodeCertificate } from '../../clusters/local/certificate.js'
import { HeadrigError } from '../../core/errors.js'
import type { ByteStore } from '../../storage/store.js'
import { readZip } from './read-zip.js'

const KEY = 'privateKey.pem'
const CHAIN = 'certificateChain.pem'
const TRUSTED = 'trustedCertificates.pem'
const MOST = 256 << 10

/**
 * The certificate of a cluster's nodes, of the zip that its security configuration names.
 * @param open the store of a folder's URI
 * @throws HeadrigError `invalid` for what is no such zip, and those of the store
 */
export async function fetchCertificate(
  uri: string,
  open: (folder: string) => ByteStore,
): Promise<NodeCertificate> {
  const slash = uri.lastIndexOf('/')
  const store = open(uri.slice(0, slash))
  const name = uri.slice(slash + 1)
  const { size } = (await store.head(name)) ?? { size: 0 }
  if (size > 4 * MOST)
    throw new HeadrigError('invalid', `${uri} has ${size} bytes: too many for certificates`)
  const files = readZip(await store.get(name), [KEY, CHAIN, TRUSTED], MOST)
  const [privateKey, chain, trusted = ''] = [KEY, CHAIN, TRUSTED].map((file) =>
    files.get(file)?.toString('utf8'),
  )
  if (privateKey === undefined || chain === undefined)
    throw new HeadrigError('invalid', `${uri} needs ${KEY} and ${CHAIN}`)
  // What a node shows first is its own; all of it is what nodes trust.
  const certificate = { privateKey, certificateChain: `${chain.trimEnd()}\n${trusted}` }
  checkCertificate(certificate)
  return certificate
}
