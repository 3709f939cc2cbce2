/** A ticket that was got for a step. */
export interface KerberosTicket {
  /** Whose it is; in the realm that `config` names first. */
  readonly principal: string
  /** Files of the step: a `krb5.conf`, and the cache that the ticket is in. */
  readonly config: string
  readonly cache: string
}

/** Variables by which the programs of a step find its ticket: MIT's, and those that use its libraries. */
export function ticketVariables(ticket: KerberosTicket | undefined): Record<string, string> {
  return ticket ? { KRB5CCNAME: ticket.cache, KRB5_CONFIG: ticket.config } : {}
}

/** Settings that have Hadoop log in by the ticket; not for the step to change. */
export function ticketSite(ticket: KerberosTicket | undefined): Record<string, string> {
  if (!ticket) return {}
  return {
    'hadoop.security.authentication': 'kerberos',
    // A job names who may renew its tokens, although nothing here gives tokens.
    'yarn.resourcemanager.principal': ticket.principal,
  }
}

/** Properties of a Java that is to know the realm. */
export function ticketProperties(ticket: KerberosTicket | undefined): Record<string, string> {
  return ticket ? { 'java.security.krb5.conf': ticket.config } : {}
}
