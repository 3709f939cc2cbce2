import { BlockList, isIPv6 } from 'node:net'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether an address, or the name `localhost`, is of this machine alone. */
export function isLoopback(host: string): boolean {
  const plain = plainAddress(host)
  return plain === 'localhost' || LOOPBACK.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
}

/** `192.0.2.1` of `::ffff:192.0.2.1`; without the brackets of a URL. */
export function plainAddress(address: string): string {
  return address.replace(/^\[(.*)\]$/, '$1').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}
