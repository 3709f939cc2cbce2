import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAddressMap } from './address-map.js'

const WEB = { name: 'web', instance: 'i-1' }

test('reads csv with and without a header, in any order of columns', () => {
  expect(parseAddressMap('10.0.0.5,web,i-1\n\n# note\n10.0.0.6,db').get('10.0.0.5')).toEqual(WEB)
  const map = parseAddressMap('\ufeffsecurity group,instance_id,IP\r\n"we""b, 1",i-1,10.0.0.5\r\n')
  expect([...map]).toEqual([['10.0.0.5', { name: 'we"b, 1', instance: 'i-1' }]])
})

test('reads the text form, where None is no name', () => {
  const map = parseAddressMap('10.0.0.5\tweb\n2001:db8::7\tNone\n10.0.0.5\tlater\n')
  expect([...map]).toEqual([
    ['10.0.0.5', { name: 'web' }],
    ['2001:db8::7', {}],
  ])
})

test('reads whole interfaces: every address, the first group', () => {
  const map = parseAddressMap(
    JSON.stringify({
      NetworkInterfaces: [
        {
          PrivateIpAddress: '10.0.0.5',
          Association: { PublicIp: '192.0.2.5' },
          Attachment: { InstanceId: 'i-1' },
          Groups: [{ GroupName: 'web', GroupId: 'sg-1' }, { GroupName: 'other' }],
          PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.5' }, { PrivateIpAddress: '10.0.0.9' }],
          Ipv6Addresses: [{ Ipv6Address: '2001:db8::5' }],
        },
        { PrivateIpAddress: '10.0.0.6', Groups: [], Attachment: null },
      ],
    }),
  )
  for (const ip of ['10.0.0.5', '192.0.2.5', '10.0.0.9', '2001:db8::5']) {
    expect(map.get(ip)).toEqual(WEB)
  }
  expect(map.get('10.0.0.6')).toEqual({})
})

test('reads rows cut by --query', () => {
  expect([...parseAddressMap('[["10.0.0.5","web"],["10.0.0.6",null]]')]).toEqual([
    ['10.0.0.5', { name: 'web' }],
    ['10.0.0.6', {}],
  ])
})

test('names the line that is no address, and JSON of another shape', () => {
  expect(() => parseAddressMap('10.0.0.5,web\nweb,10.0.0.6', 'm.csv')).toThrow(
    "m.csv:2: 'web' is no IP address",
  )
  expect(() => parseAddressMap('{"Reservations":[]}', 'm.json')).toThrow('no network interfaces')
  expect(() => parseAddressMap('[{"a":1}]', 'm.json')).toThrow('no network interfaces')
  expect(() => parseAddressMap('{"a"', 'm.json')).toThrow('m.json is no JSON')
})

test('any names survive csv quoting', () => {
  const name = fc
    .string({ minLength: 1 })
    .map((s) => s.replaceAll(/[\r\n\t]/g, ' ').trim())
    .filter((s) => s !== '' && s !== 'None')
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.ipV4(), name)), (rows) => {
      const text = rows.map(([ip, n]) => `${ip},"${n.replaceAll('"', '""')}"`).join('\n')
      const expected = new Map([...rows].reverse().map(([ip, n]) => [ip, { name: n }]))
      expect(new Map(parseAddressMap(text))).toEqual(expected)
    }),
  )
})
