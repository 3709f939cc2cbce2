import type { Kdc } from './kdc.js'

/** The `krb5.conf` of a cluster: its one realm, nothing looked up elsewhere. */
export function krb5Conf(realm: string, { kdc, adminServer, ticketHours }: Kdc): string {
  return `[libdefaults]
  default_realm = ${realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  ticket_lifetime = ${ticketHours}h
  forwardable = true
  udp_preference_limit = 1

[realms]
  ${realm} = {
    kdc = ${kdc}
    admin_server = ${adminServer}
  }
`
}
