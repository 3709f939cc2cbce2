import { HeadrigError } from '../../core/errors.js'
import { type AddressNames, namesOf } from './address-names.js'
import { networkInterfaces } from './network-interfaces.js'

export type AddressMap = ReadonlyMap<string, AddressNames>

/**
 * Reads a map from IP address to name. Known forms: CSV `ip,name[,instance]` with or without a
 * header, text of tab-separated `ip name`, the output of `aws ec2 describe-network-interfaces` as
 * JSON, whole or cut by `--query` to rows of `[ip, name]`.
 * Of several lines for one address the first counts. Throws `invalid` naming the line.
 * @example parseAddressMap('10.0.0.5,web\n10.0.0.6,db\n').get('10.0.0.6') // { name: 'db' }
 */
export function parseAddressMap(text: string, file = 'map'): AddressMap {
  const map = new Map<string, AddressNames>()
  const add = (ip: string, names: AddressNames): void => {
    if (!map.has(ip)) map.set(ip, names)
  }
  const body = text.replace(/^\ufeff/, '')
  if (/^\s*[[{]/.test(body)) {
    for (const [ip, names] of networkInterfaces(body, file)) add(ip, names)
  } else {
    for (const [ip, names] of lines(body, file)) add(ip, names)
  }
  return map
}

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)$/i
const IP_HEADERS = /^(?:ip|address|private_?ip(?:_?address)?|ip_?address)$/i
const INSTANCE_HEADERS = /^(?:instance|instance_?id)$/i

function* lines(text: string, file: string): Iterable<[string, AddressNames]> {
  let at = { ip: 0, name: 1, instance: 2 }
  let first = true
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const cells = line.includes('\t') ? line.split('\t') : csvCells(line)
    const header = first && cells.some((cell) => IP_HEADERS.test(cell.trim()))
    first = false
    if (header) {
      at = columnsOf(cells)
      continue
    }
    const ip = cells[at.ip]?.trim() ?? ''
    if (!ADDRESS.test(ip)) {
      throw new HeadrigError(
        'invalid',
        `${file}:${index + 1}: '${ip}' is no IP address: each line is ip,name or a tab-separated ip and name`,
      )
    }
    yield [ip, namesOf(cells[at.name], cells[at.instance])]
  }
}

function columnsOf(header: readonly string[]): { ip: number; name: number; instance: number } {
  const names = header.map((cell) => cell.trim())
  const ip = names.findIndex((n) => IP_HEADERS.test(n))
  const instance = names.findIndex((n) => INSTANCE_HEADERS.test(n))
  const name = names.findIndex((_, i) => i !== ip && i !== instance)
  return { ip, name, instance }
}

function csvCells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) =>
    m[1] === undefined ? (m[2] ?? '') : m[1].replaceAll('""', '"'),
  )
}
