/**
 * An expression for the network that an address is in, such as `10.1.2.0/24`: IPv4 by `bits`, from
 * the text in column `address`; IPv6 by /64, from the 32 hex digits in column `key`. What is no
 * address stays as it is.
 * @example networkText('srcaddr', 'source_ip_key', 24)
 */
export function networkText(address: string, key: string, bits: number): string {
  const octet = (n: number): string => `CAST(split_part(${address}, '.', ${n}) AS BIGINT)`
  const number = `(${octet(1)} * 16777216 + ${octet(2)} * 65536 + ${octet(3)} * 256 + ${octet(4)})`
  const start = `(${number} - ${number} % ${2 ** (32 - bits)})`
  const part = (shift: number): string =>
    `CAST(CAST(floor(${start} / ${2 ** shift}) AS BIGINT) % 256 AS VARCHAR)`
  const v4 = `concat(${[24, 16, 8, 0].map(part).join(`, '.', `)}, '/${bits}')`
  const group = (n: number): string =>
    `coalesce(nullif(ltrim(substr(${key}, ${n * 4 + 1}, 4), '0'), ''), '0')`
  const v6 = `concat(${[0, 1, 2, 3].map(group).join(`, ':', `)}, '::/64')`
  return `CASE WHEN ${key} IS NOT NULL THEN ${v6} WHEN ${address} LIKE '%.%.%.%' THEN ${v4} ELSE ${address} END`
}
