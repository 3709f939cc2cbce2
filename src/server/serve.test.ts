import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { signCall } from '../../test/support/sign-call.js'
import type { Directory } from '../auth/keys/directory.js'
import { openDirectory } from '../auth/keys/open-directory.js'
import { loadConfig } from '../core/config.js'
import { silentLogger } from '../core/logger.js'
import { BlockPublicAccessStore } from '../emr/security/block-public-access.js'
import { openState } from '../state/state.js'
import { startServer, type RunningServer } from './serve.js'

let folder: string
const running: RunningServer[] = []
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'headrig-serve-'))))
afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
  await rm(folder, { recursive: true })
})

async function start(env: Record<string, string> = {}): Promise<RunningServer> {
  const sources = { flags: { dataFolder: folder, serverPort: '0' }, env, cwd: folder }
  const { settings } = await loadConfig(sources)
  const server = await startServer({ settings, logger: silentLogger })
  running.push(server)
  return server
}

async function stop(server: RunningServer): Promise<void> {
  running.splice(running.indexOf(server), 1)
  await server.close()
}

async function call(url: string, name: string, input = '{}', change = {}) {
  const text = await readFile(join(folder, 'server', 'first-key'), 'utf8')
  const [, accessKeyId = ''] = /key_id = (\S+)/.exec(text) ?? []
  const [, secretAccessKey = ''] = /secret_access_key = (\S+)/.exec(text) ?? []
  const [service, target] = name.includes('Lookup')
    ? ['cloudtrail', `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.${name}`]
    : ['elasticmapreduce', `ElasticMapReduce.${name}`]
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target! }
  const signed = signCall(url, {
    accessKeyId,
    secretAccessKey,
    service: service!,
    body: input,
    headers,
    ...change,
  })
  const answer = await fetch(url, { method: 'POST', headers: signed, body: input })
  return [answer.status, await answer.json()] as [number, Record<string, unknown>]
}

test('the first start makes a key that only its owner can read; calls that it signs are answered', async () => {
  const server = await start()
  expect(server.firstKeyFile).toBe(join(folder, 'server', 'first-key'))
  expect((await stat(server.firstKeyFile!)).mode & 0o777).toBe(0o600)
  expect(await call(server.url, 'ListReleaseLabels', '{"MaxResults":1}')).toEqual([
    200,
    { ReleaseLabels: ['emr-7.12.0'], NextToken: expect.any(String) },
  ])
})

test('wrong, old and foreign signatures are refused by name', async () => {
  const { url } = await start()
  const refused = async (change: object): Promise<unknown> => {
    const [status, answer] = await call(url, 'ListReleaseLabels', '{}', change)
    return [status, answer['__type']]
  }
  expect(await refused({ secretAccessKey: 'wrong' })).toEqual([403, 'InvalidSignatureException'])
  expect(await refused({ accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' })).toEqual([
    403,
    'UnrecognizedClientException',
  ])
  expect(await refused({ body: '{"MaxResults":1}' })).toEqual([403, 'InvalidSignatureException'])
  expect(await refused({ service: 'sts' })).toEqual([403, 'InvalidSignatureException'])
  expect(await refused({ now: new Date(Date.now() - 600_000) })).toEqual([400, 'RequestExpired'])
})

test('every call is looked up in the trail, also after a restart', async () => {
  const first = await start()
  await call(first.url, 'ListReleaseLabels')
  await call(first.url, 'ListReleaseLabels', '{}', { secretAccessKey: 'wrong' })
  await call(first.url, 'RunJobFlow')
  await stop(first)
  const second = await start()
  expect(second.firstKeyFile).toBeUndefined()
  const [status, { Events }] = await call(second.url, 'LookupEvents')
  expect(status).toBe(200)
  const records = (Events as { CloudTrailEvent: string }[]).map(
    ({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent) as Record<string, string>,
  )
  expect(records.map(({ eventName, errorCode }) => `${eventName} ${errorCode}`).toSorted()).toEqual(
    [
      'CreateAccessKey undefined',
      'ListReleaseLabels InvalidSignatureException',
      'ListReleaseLabels undefined',
      'RunJobFlow ValidationException',
    ],
  )
})

test('what headrig auth changes is in the trail: beside a server, and from before it', async () => {
  const change = async (work: (directory: Directory) => void): Promise<void> => {
    const directory = openDirectory({ dataFolder: folder })
    work(directory)
    directory.close()
  }
  await change((directory) => directory.addUser({ name: 'ada', policies: [], tags: {} }))
  const first = await start()
  await change((directory) => {
    directory.createKey('ada')
    directory.groups.add('soc', ['AdministratorAccess'])
    directory.groups.join('soc', 'ada')
    directory.setPolicies('user', 'ada', ['AdministratorAccess'])
    directory.setPolicies('user', 'ada', [])
    expect(() => directory.removeUser('adda')).toThrow('did you mean ada?')
  })
  await stop(first)
  const second = await start()
  const [, { Events }] = await call(second.url, 'LookupEvents')
  const records = (Events as { CloudTrailEvent: string }[]).map(
    ({ CloudTrailEvent }) =>
      JSON.parse(CloudTrailEvent) as {
        eventName: string
        userIdentity: { type: string }
        requestParameters: Record<string, string>
      },
  )
  const shown = records.map(({ eventName, userIdentity, requestParameters }) =>
    [eventName, userIdentity.type, ...Object.values(requestParameters)].join(' '),
  )
  expect(shown.toSorted()).toEqual([
    'AddUserToGroup Root soc ada',
    'AttachUserPolicy Root ada AdministratorAccess',
    expect.stringMatching(/^CreateAccessKey Root AKIA\w{16}$/),
    expect.stringMatching(/^CreateAccessKey Root ada AKIA\w{16}$/),
    'CreateGroup Root soc',
    'CreateUser Root ada',
    'DetachUserPolicy Root ada AdministratorAccess',
  ])
  expect(records[0]).toMatchObject({
    eventSource: 'iam.amazonaws.com',
    additionalEventData: { osUser: expect.stringMatching(/./) },
  })
})

test('a mark of a page is good after a restart', async () => {
  const first = await start()
  const [, { NextToken }] = await call(first.url, 'ListReleaseLabels', '{"MaxResults":1}')
  await stop(first)
  const second = await start()
  const input = JSON.stringify({ MaxResults: 1, NextToken })
  expect((await call(second.url, 'ListReleaseLabels', input))[1]).toMatchObject({
    ReleaseLabels: ['emr-7.5.0'],
  })
})

test('two servers do not share a folder, and leave nothing open when they fail', async () => {
  await start()
  await expect(start()).rejects.toThrow('give --data another folder')
})

test('a port that is taken is told with the remedy', async () => {
  const { url } = await start()
  const other = await mkdtemp(join(tmpdir(), 'headrig-serve-'))
  const flags = { dataFolder: other, serverPort: new URL(url).port }
  const { settings } = await loadConfig({ flags, env: {}, cwd: other })
  await expect(startServer({ settings, logger: silentLogger })).rejects.toThrow('--port')
  await rm(other, { recursive: true })
})

test('plain HTTP that others could reach is refused', async () => {
  const env = { HEADRIG_SERVER_HOST: '0.0.0.0', HEADRIG_SERVER_TLS: 'no' }
  await expect(start(env)).rejects.toThrow('plain HTTP on 0.0.0.0')
  await expect(start({ HEADRIG_SERVER_TLS_CERT: 'a.pem' })).rejects.toThrow(
    '--tls-cert is given alone',
  )
  const open = await start({ HEADRIG_SERVER_HOST: '0.0.0.0' })
  expect(open.url).toMatch(/^https:/)
  expect(await readFile(open.certFile!, 'utf8')).toContain('BEGIN CERTIFICATE')
})

test('plain HTTP elsewhere needs block public access to be off, or the port to be permitted', async () => {
  const set = (block: object): Promise<void> => {
    const state = openState(join(folder, 'server', 'state.db'))
    const on = { permitted: [], by: 'arn:aws:iam::000000000000:root', since: 0, isOn: true }
    new BlockPublicAccessStore(state, '000000000000').put({ ...on, ...block })
    return Promise.resolve(state.close())
  }
  const env = { HEADRIG_SERVER_HOST: '0.0.0.0', HEADRIG_SERVER_TLS: 'no' }
  await set({ permitted: [{ from: 1, to: 9 }] })
  await expect(start(env)).rejects.toThrow('block public access')
  await set({ isOn: false })
  const open = await start(env)
  expect(open.url).toMatch(/^http:/)
  const put = (blocked: boolean) =>
    call(
      open.url,
      'PutBlockPublicAccessConfiguration',
      JSON.stringify({
        BlockPublicAccessConfiguration: { BlockPublicSecurityGroupRules: blocked },
      }),
    )
  expect((await put(true))[1]).toMatchObject({ Message: expect.stringContaining('without TLS') })
  expect((await put(false))[0]).toBe(200)
})

test('the test mode has its account and a reset', async () => {
  const { url } = await start({ HEADRIG_TEST_MODE: '1' })
  expect((await fetch(`${url}/_headrig/reset`, { method: 'POST' })).status).toBe(200)
  const identity = 'Action=GetCallerIdentity&Version=2011-06-15'
  const [, key = ''] =
    /key_id = (\S+)/.exec(await readFile(join(folder, 'server', 'first-key'), 'utf8')) ?? []
  const [, secret = ''] =
    /secret_access_key = (\S+)/.exec(await readFile(join(folder, 'server', 'first-key'), 'utf8')) ??
    []
  const headers = signCall(url, {
    accessKeyId: key,
    secretAccessKey: secret,
    service: 'sts',
    body: identity,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  const answer = await fetch(url, { method: 'POST', headers, body: identity })
  expect(await answer.text()).toContain('<Account>123456789012</Account>')
})
