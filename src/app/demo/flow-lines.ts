import { type Random, weighted } from './random.js'

/** Network interfaces and addresses of a made-up VPC. */
export interface Network {
  readonly hosts: readonly { readonly ip: string; readonly eni: string }[]
  readonly outside: readonly string[]
}

export const FLOW_HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'

const pickPort = weighted<number>([
  [443, 38],
  [80, 9],
  [5432, 9],
  [53, 11],
  [6379, 6],
  [3306, 5],
  [22, 4],
  [8080, 4],
  [8443, 3],
  [3389, 2.5],
  [123, 2],
  [10_250, 2],
  [9092, 2],
  [445, 1.5],
  [9200, 1.5],
  [2049, 1],
  [389, 0.6],
  [25, 0.4],
  [23, 0.5],
])

/** Makes the hosts of a VPC and the addresses outside that they meet. */
export function createNetwork(random: Random, hosts: number, outside: number): Network {
  return {
    hosts: Array.from({ length: hosts }, () => ({
      ip: `10.${random.int(0, 4)}.${random.int(0, 64)}.${random.int(4, 254)}`,
      eni: `eni-0${random.hex(16)}`,
    })),
    outside: Array.from(
      { length: outside },
      () => `198.${random.int(18, 20)}.${random.int(0, 256)}.${random.int(1, 255)}`,
    ),
  }
}

/**
 * One line in the default order, for a flow that starts at `start` (seconds since 1970): traffic
 * between hosts, to the outside, from it, and scans, in the proportions of a usual VPC.
 */
export function flowLine(
  random: Random,
  network: Network,
  accountId: string,
  start: number,
): string {
  const own = random.zipf(network.hosts.length - 1, 1.15)
  const host = network.hosts[own] as Network['hosts'][number]
  const end = start + random.int(1, 60)
  const idle = random.next()
  if (idle < 0.009) {
    const status = idle < 0.008 ? 'NODATA' : 'SKIPDATA'
    return `2 ${accountId} ${host.eni} - - - - - - - ${start} ${end} - ${status}`
  }
  const kind = random.next()
  const scan = kind >= 0.93
  const other = random.zipf(network.hosts.length, 1.1)
  const peer =
    kind < 0.45
      ? (network.hosts[other === own ? other + 1 : other] ?? host).ip
      : (network.outside[random.zipf(network.outside.length, 1.12)] as string)
  const incoming = kind >= 0.8 || (kind < 0.45 && random.chance(0.5))
  const port = scan && random.chance(0.4) ? random.int(1, 65_536) : pickPort(random)
  const high = random.int(1025, 65_536)
  const answer = !scan && random.chance(0.35)
  const [from, to] = incoming === answer ? [host.ip, peer] : [peer, host.ip]
  const ports = answer ? `${port} ${high}` : `${high} ${port}`
  const protocol = port === 53 || port === 123 ? 17 : 6
  const packets = scan ? 1 : Math.max(1, Math.floor(random.skewed(2.2, 1.4)))
  const bytes = scan ? 40 + 4 * random.int(0, 5) : packets * random.int(52, 1300)
  const action = (scan && random.chance(0.85)) || random.chance(0.005) ? 'REJECT' : 'ACCEPT'
  return `2 ${accountId} ${host.eni} ${from} ${to} ${ports} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} OK`
}
