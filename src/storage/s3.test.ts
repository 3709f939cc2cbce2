import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startS3Server } from '../../test/support/s3-server.js'
import { S3Connection } from './s3/connection.js'
import { storeConformance } from './conformance.js'
import { withCounts } from './count.js'
import type { S3Options } from './s3/options.js'
import { s3Store } from './s3.js'
import type { ByteStore } from './store.js'

const server = await startS3Server()
const bucket = `conformance-${randomUUID()}`
const keysPerPage = 100
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const keys = async (store: ByteStore): Promise<string[]> => {
  const all: string[] = []
  for await (const { key } of store.list('')) all.push(key)
  return all
}

describe.skipIf(!server)('s3 store', () => {
  let options: S3Options = {}
  const newStore = (prefix: string = randomUUID()): ByteStore => s3Store(bucket, prefix, options)

  beforeAll(async () => {
    await server!.createBucket(bucket)
    const { endpoint, region, accessKeyId, secretAccessKey } = server!
    options = { endpoint, region, credentials: { accessKeyId, secretAccessKey }, keysPerPage }
  }, 60_000)
  afterAll(() => server!.stop())

  const make = async () => {
    const prefix = randomUUID()
    return { store: newStore(prefix), second: newStore(prefix), keysPerPage }
  }
  test.each(storeConformance('s3', make))('$title', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  test('names its URI and has no local path', () => {
    expect(s3Store('logs', '').uri).toBe('s3://logs')
    expect(s3Store('logs', 'a/b').uri).toBe('s3://logs/a/b')
    expect(s3Store('logs', 'a/b').localPath('x')).toBeUndefined()
  })

  test('shows what is below its prefix only', async () => {
    const prefix = randomUUID()
    await newStore(`${prefix}/a`).put('1', bytes('x'))
    await newStore(`${prefix}/ab`).put('2', bytes('x'))
    expect(await keys(newStore(`${prefix}/a`))).toEqual(['1'])
    expect(await keys(newStore(prefix))).toEqual(['a/1', 'ab/2'])
  })

  test('counts its LIST calls', async () => {
    const prefix = randomUUID()
    const store = withCounts(newStore(prefix))
    for (const key of ['day/1', 'day/2']) await store.put(key, bytes('xyz'))
    expect(await keys(store)).toHaveLength(2)
    for await (const folder of store.listFolders('')) expect(folder).toBe('day/')
    expect(store.counts.list.calls).toBe(1)
    expect(store.counts.listFolders.calls).toBe(1)
    expect(store.counts.put).toEqual({ calls: 2, bytes: 6 })
  })

  test('uploads a big file in parts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headrig-s3-'))
    try {
      const size = 70 * 1024 * 1024 + 17
      const content = Buffer.alloc(size, 'abcdefghijk')
      const path = join(folder, 'big')
      await writeFile(path, content)
      const store = newStore()
      await store.putFile('big', path)
      await expect(stat(path)).rejects.toThrow('ENOENT')
      const found = await store.head('big')
      expect(found?.size).toBe(size)
      expect(found?.etag).toMatch(/-5$/)
      expect(content.equals(await store.get('big'))).toBe(true)
      const start = 16 * 1024 * 1024 - 3
      const range = { start, end: start + 6 }
      expect(await store.get('big', { range })).toEqual(
        new Uint8Array(content.subarray(start, start + 6)),
      )
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('reads and lists the odd keys that other programs write', async () => {
    const prefix = randomUUID()
    const names = [`${prefix}/`, `${prefix}//double`, `${prefix}/folder/`, `${prefix}/folder/x`]
    await new S3Connection(bucket, options).run('', async ({ client, sdk }) => {
      for (const Key of names)
        await client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key, Body: Key }))
    })
    const store = newStore(prefix)
    expect(await keys(store)).toEqual(['/double', 'folder/', 'folder/x'])
    for (const key of await keys(store)) {
      expect(await store.get(key)).toEqual(bytes(`${prefix}/${key}`))
      expect((await store.head(key))?.size).toBe(37 + key.length)
    }
  })

  test('says that there are no credentials', async () => {
    const before = { ...process.env }
    for (const name of Object.keys(process.env))
      if (name.startsWith('AWS_')) delete process.env[name]
    process.env['AWS_EC2_METADATA_DISABLED'] = 'true'
    process.env['HOME'] = '/nonexistent'
    try {
      const { endpoint } = options
      const store = s3Store(bucket, '', { endpoint })
      const expected = {
        kind: 'unauthenticated',
        message: expect.stringMatching(/no AWS credentials found.*AWS_PROFILE/) as string,
      }
      await expect(store.get('a')).rejects.toMatchObject(expected)
      await expect(store.put('a', bytes('x'))).rejects.toMatchObject(expected)
      await expect(keys(store)).rejects.toMatchObject(expected)
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
      Object.assign(process.env, before)
    }
  })

  test('names a bucket that is not there', async () => {
    const store = s3Store('no-such-bucket-here', 'p', options)
    const missing = {
      kind: 'not-found',
      message: expect.stringMatching(/bucket.*no-such-bucket/) as string,
    }
    await expect(store.get('a')).rejects.toMatchObject(missing)
    await expect(store.put('a', bytes('x'))).rejects.toMatchObject(missing)
    await expect(keys(store)).rejects.toMatchObject(missing)
  })

  test('takes the endpoint from the environment', async () => {
    const { AWS_ENDPOINT_URL_S3: before } = process.env
    process.env['AWS_ENDPOINT_URL_S3'] = options.endpoint
    try {
      const { credentials } = options
      await s3Store(bucket, 'env', { ...(credentials && { credentials }) }).put('a', bytes('x'))
      expect(await keys(newStore('env'))).toEqual(['a'])
    } finally {
      if (before === undefined) delete process.env['AWS_ENDPOINT_URL_S3']
      else process.env['AWS_ENDPOINT_URL_S3'] = before
    }
  })
})
