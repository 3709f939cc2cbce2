import { expect, test } from 'vitest'
import { serviceName } from './services.js'

test('names a service by port and protocol', () => {
  expect(serviceName(443, 6)).toBe('https')
  expect(serviceName(53, 17)).toBe('domain')
  expect(serviceName(514, 6)).toBe('shell')
  expect(serviceName(514, 17)).toBe('syslog')
})

test('ICMP has no ports, an unknown protocol is looked up as TCP', () => {
  expect(serviceName(0, 1)).toBe('icmp')
  expect(serviceName(0, 58)).toBe('ipv6-icmp')
  expect(serviceName(22, null)).toBe('ssh')
  expect(serviceName(4, 6)).toBeUndefined()
  expect(serviceName(null, 6)).toBeUndefined()
})
