import { isIPv6 } from 'node:net'
import { invalidRequest } from '../errors.js'

/** The key distribution centre of a cluster. Its places are `host:port`, checked to be nothing more. */
export interface Kdc {
  readonly kdc: string
  readonly adminServer: string
  readonly ticketHours: number
}

/** `KerberosConfiguration` of a security configuration after `readMembers`. */
export interface WrittenKerberos {
  readonly Provider?: string
  readonly ExternalKdcConfiguration?: {
    readonly TicketLifetimeInHours?: number
    readonly KdcServerType?: string
    readonly AdminServer?: string
    readonly KdcServer?: string
  }
}

const KDC_PORT = 88
const ADMIN_PORT = 749
const TICKET_HOURS = 24
const PLACE = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9.-]{1,253}))(?::([1-9]\d{0,4}))?$/
const NAME =
  /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/

/**
 * The KDC that a security configuration names.
 * @throws AwsError `InvalidRequestException` for what is missing, and for places that are none
 */
export function readKdc({
  Provider: provider,
  ExternalKdcConfiguration: external,
}: WrittenKerberos): Kdc {
  if (provider === undefined || !external)
    throw wrong('KerberosConfiguration needs Provider ExternalKdc and ExternalKdcConfiguration')
  const { KdcServerType: type, AdminServer: admin, KdcServer: kdc } = external
  if (type === undefined || admin === undefined || kdc === undefined)
    throw wrong('ExternalKdcConfiguration needs KdcServerType, AdminServer and KdcServer')
  return {
    kdc: placeOf(kdc, KDC_PORT, 'KdcServer'),
    adminServer: placeOf(admin, ADMIN_PORT, 'AdminServer'),
    ticketHours: external.TicketLifetimeInHours ?? TICKET_HOURS,
  }
}

function placeOf(text: string, usual: number, member: string): string {
  const [, address, name, port = String(usual)] = PLACE.exec(text) ?? []
  const isHost = address === undefined ? name !== undefined && NAME.test(name) : isIPv6(address)
  if (!isHost || Number(port) > 65_535)
    throw wrong(`${member} ${JSON.stringify(text.slice(0, 100))} is no host or host:port`)
  return `${address === undefined ? name : `[${address}]`}:${port}`
}

function wrong(why: string): Error {
  return invalidRequest(`The security configuration is not valid: ${why}.`)
}
