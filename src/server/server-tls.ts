import { join } from 'node:path'
import type { Settings } from '../core/config-settings.js'
import { HeadrigError } from '../core/errors.js'
import { isBlocked, type BlockPublicAccess } from '../emr/security/block-public-access.js'
import { isLoopback } from './loopback.js'
import { ownCertificate, readCertificate } from './tls/certificate.js'
import type { Certificate } from './tls/self-signed.js'

export interface ServerTls extends Certificate {
  /** What clients are to trust, when the server made it. */
  readonly ownCertFile?: string
}

type TlsSettings = Pick<
  Settings,
  'serverHost' | 'serverPort' | 'serverTls' | 'serverTlsCert' | 'serverTlsKey' | 'dataFolder'
>

/**
 * The certificate to serve with; undefined for plain HTTP, which only this machine can reach.
 * @throws HeadrigError `invalid` for plain HTTP elsewhere where that is blocked, or half a pair of files
 */
export async function serverTls(
  settings: TlsSettings,
  now: Date,
  block: BlockPublicAccess,
): Promise<ServerTls | undefined> {
  const { serverHost: host, serverTls: wanted, serverTlsCert: cert, serverTlsKey: key } = settings
  if ((cert === undefined) !== (key === undefined))
    throw new HeadrigError(
      'invalid',
      `--tls-${cert === undefined ? 'key' : 'cert'} is given alone: give --tls-cert and --tls-key`,
    )
  const isHere = isLoopback(host)
  if (wanted === false && !isHere && isBlocked(block, settings.serverPort))
    throw new HeadrigError(
      'invalid',
      `plain HTTP on ${host} would show keys and data to the network: leave out --tls no, listen on 127.0.0.1, or turn EMR's block public access off`,
    )
  if (wanted === false) return undefined
  if (cert !== undefined && key !== undefined) return readCertificate(cert, key)
  if (isHere && wanted !== true) return undefined
  const { certFile, ...own } = await ownCertificate(
    join(settings.dataFolder, 'server', 'tls'),
    host,
    now,
  )
  return { ...own, ownCertFile: certFile }
}
