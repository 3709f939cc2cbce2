import { BlockList, isIP } from 'node:net'

/** More than the ranges that policies in use name. */
const KEPT = 1000
const ranges = new Map<string, BlockList | undefined>()

/**
 * Whether an address is in a range such as `192.0.2.0/24`, `2001:db8::/32`, or is that address.
 * What is no range holds nothing.
 */
export function isInRange(address: string, range: string): boolean {
  if (!ranges.has(range)) {
    if (ranges.size >= KEPT) ranges.clear()
    ranges.set(range, parseRange(range))
  }
  return ranges.get(range)?.check(address, familyOf(address)) ?? false
}

/** Whether it can be used as a range. */
export function isRange(text: string): boolean {
  return parseRange(text) !== undefined
}

function parseRange(text: string): BlockList | undefined {
  const [address = '', length, ...more] = text.split('/')
  const bits = isIP(address) === 6 ? 128 : 32
  if (isIP(address) === 0 || more.length > 0) return undefined
  if (length !== undefined && (!/^\d{1,3}$/.test(length) || Number(length) > bits)) return undefined
  const list = new BlockList()
  list.addSubnet(address, length === undefined ? bits : Number(length), familyOf(address))
  return list
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
