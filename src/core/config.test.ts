import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig, type FlagValues } from './config.js'
import type { Environment } from './config-settings.js'

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'headrig-config-'))
})
afterAll(() => rm(cwd, { recursive: true }))

const load = async (yaml: string, env: Environment = {}, flags: FlagValues = {}) => {
  await writeFile(join(cwd, 'headrig.yaml'), yaml)
  return loadConfig({ flags, env, cwd })
}

describe('precedence', () => {
  const yaml = 'memory: 300MiB\n'
  const env = { HEADRIG_MEMORY: '200MiB' }
  test.each([
    [{ memory: '100MiB' }, env, yaml, 100, '--memory'],
    [{}, env, yaml, 200, 'HEADRIG_MEMORY'],
    [{}, { HEADRIG_MEMORY: '' }, yaml, 300, /headrig\.yaml:1:9$/],
    [{}, {}, '', 1024, 'default'],
  ])('%j %j %j', async (flags, variables, text, mebibytes, origin) => {
    const { settings, origins } = await load(text, variables, flags)
    expect(settings.memory).toBe(mebibytes * 2 ** 20)
    expect(origins.memory).toMatch(origin)
  })

  test('our own variable goes before those of AWS', async () => {
    const env = { AWS_ENDPOINT_URL: 'http://a.example', HEADRIG_S3_ENDPOINT: 'http://b.example' }
    const { settings, origins } = await load('', env)
    expect(settings.s3Endpoint).toBe('http://b.example')
    expect(origins.s3Endpoint).toBe('HEADRIG_S3_ENDPOINT')
  })
})

describe('places', () => {
  test('a path is absolute, a URI stays', async () => {
    expect((await load('')).settings.lake).toBe(join(cwd, 'headrig-lake'))
    expect((await load('lake: logs/lake')).settings.lake).toBe(join(cwd, 'logs/lake'))
    expect((await load('lake: s3://bucket/lake')).settings.lake).toBe('s3://bucket/lake')
  })

  test('nested keys and booleans', async () => {
    const { settings } = await load('s3:\n  requester_pays: yes\n  path_style: false\nquiet: true')
    expect(settings).toMatchObject({ s3RequesterPays: true, s3PathStyle: false, quiet: true })
  })

  test('a file that was asked for must be there', async () => {
    await expect(loadConfig({ flags: {}, env: {}, cwd, file: 'none.yaml' })).rejects.toMatchObject({
      kind: 'not-found',
    })
  })
})

describe('faults name their place', () => {
  test.each([
    ['memori: 1GiB', /headrig\.yaml:1:1: unknown setting "memori": did you mean "memory"\?$/],
    ['# x\ns3:\n  regoin: a', /:3:3: unknown setting "s3\.regoin": did you mean "s3\.region"\?$/],
    ['lake: x\nmemory: lots', /:2:9: memory: "lots" is no size/],
    ['lake: [a, b]', /:1:7: lake takes one value/],
    ['lake:', /:1:\d+: lake takes one value/],
    ['- lake', /:1:1: expected settings/],
    ['lake: "x', /:1:\d+: missing closing/],
    ['lake: a\nlake: b', /:2:1: map keys must be unique/],
  ])('%j', async (yaml, message) => {
    await expect(load(yaml)).rejects.toThrow(message)
    await expect(load(yaml)).rejects.toMatchObject({ kind: 'invalid' })
  })

  test('a flag and a variable are named', async () => {
    await expect(load('', {}, { threads: '0' })).rejects.toThrow(
      '--threads: "0" is no whole number from 1 to 1024',
    )
    await expect(load('', { HEADRIG_QUIET: 'perhaps' })).rejects.toThrow(
      'HEADRIG_QUIET: "perhaps" is neither yes nor no',
    )
    await expect(load('', { HEADRIG_LOG_LEVEL: 'debgu' })).rejects.toThrow('did you mean debug?')
  })
})
