import { HeadrigError, messageOf } from '../../core/errors.js'
import { type AddressNames, namesOf } from './address-names.js'

type Json = Readonly<Record<string, unknown>>

const list = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter((v) => typeof v === 'object' && v !== null) : []

/**
 * Addresses in the JSON that `aws ec2 describe-network-interfaces` prints: whole, or cut by
 * `--query` to rows of `[ip, name]`. Every private, public and IPv6 address of an interface counts.
 * Throws `invalid` for other JSON.
 */
export function* networkInterfaces(text: string, file: string): Iterable<[string, AddressNames]> {
  const value = parsed(text, file)
  if (Array.isArray(value)) {
    for (const row of value) yield rowOf(row, file)
    return
  }
  const interfaces = (value as Json)['NetworkInterfaces']
  if (!Array.isArray(interfaces)) throw notInterfaces(file)
  for (const entry of list(interfaces)) {
    const group = list(entry['Groups'])[0]
    const attachment = entry['Attachment'] as Json | null | undefined
    const names = namesOf(group?.['GroupName'] ?? group?.['GroupId'], attachment?.['InstanceId'])
    for (const ip of addressesOf(entry)) yield [ip, names]
  }
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HeadrigError('invalid', `${file} is no JSON: ${messageOf(error)}`, { cause: error })
  }
}

function rowOf(row: unknown, file: string): [string, AddressNames] {
  if (!Array.isArray(row) || typeof row[0] !== 'string') throw notInterfaces(file)
  return [row[0], namesOf(row[1], row[2])]
}

function addressesOf(entry: Json): string[] {
  const found = [
    entry['PrivateIpAddress'],
    (entry['Association'] as Json | undefined)?.['PublicIp'],
    ...list(entry['PrivateIpAddresses']).flatMap((p) => [
      p['PrivateIpAddress'],
      (p['Association'] as Json | undefined)?.['PublicIp'],
    ]),
    ...list(entry['Ipv6Addresses']).map((p) => p['Ipv6Address']),
  ]
  return found.filter((ip) => typeof ip === 'string')
}

function notInterfaces(file: string): HeadrigError {
  return new HeadrigError(
    'invalid',
    `${file} holds no network interfaces: use the output of aws ec2 describe-network-interfaces, or rows of [ip, name]`,
  )
}
