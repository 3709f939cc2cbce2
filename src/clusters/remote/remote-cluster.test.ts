import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { openRemoteCluster, parseConnectUrl } from './remote-cluster.js'

test('the parts of a URL', () => {
  expect(parseConnectUrl('sc://spark.example')).toMatchObject({
    host: 'spark.example',
    port: 15002,
  })
  expect(parseConnectUrl('sc://[2001:db8::1]:443/;use_ssl=true;user_id=a%20b')).toEqual({
    host: '[2001:db8::1]',
    port: 443,
    parameters: new Map([
      ['use_ssl', 'true'],
      ['user_id', 'a b'],
    ]),
  })
})

test.each([
  'http://a',
  'sc://',
  'sc://a:0',
  'sc://a:70000',
  'sc://a/b',
  'sc://a/;use_ssl',
  'sc://a b',
])('%j is none', (url) => expect(() => parseConnectUrl(url)).toThrow(/: write sc:\/\/host:15002/))

test('a token is not shown, and does not cross a network in the open', () => {
  expect(() => parseConnectUrl('sc://a/b;token=s3cret')).toThrow(/token=\*\*\*/)
  expect(() => openRemoteCluster({ url: 'sc://spark.example', token: 's3cret' })).toThrow(
    /^the token would go to spark\.example unencrypted: add use_ssl=true/,
  )
  const cluster = openRemoteCluster({ url: 'sc://spark.example/;token=s3cret;use_ssl=true' })
  expect(cluster.token).toBe('s3cret')
  expect(cluster.connectUrl).toBe('sc://spark.example:15002/;use_ssl=true')
  for (const host of ['localhost', '127.0.0.1', '[::1]'])
    expect(openRemoteCluster({ url: `sc://${host}`, token: 'a' }).token).toBe('a')
  expect(openRemoteCluster({ url: 'sc://spark.example' }).token).toBeUndefined()
})

test('it is up while it accepts connections, and not ours', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const cluster = openRemoteCluster({ url: `sc://127.0.0.1:${port}` })
  expect(await cluster.status()).toMatchObject({ provider: 'remote', state: 'WAITING' })
  await expect(cluster.scale('core', 2)).rejects.toMatchObject({ kind: 'invalid' })
  await cluster.stop()
  expect(await cluster.status()).toMatchObject({ state: 'WAITING' })
  await new Promise((resolve) => server.close(resolve))
  expect(await cluster.status()).toMatchObject({ state: 'TERMINATED_WITH_ERRORS' })
})
