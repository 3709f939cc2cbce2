import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storeConformance } from './conformance.js'
import { fileError } from './file/errors.js'
import { adoptCopy } from './file/write.js'
import { fileStore } from './file.js'
import type { StoredObject } from './store.js'

let base = ''
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'headrig-file-store-'))
})
afterAll(() => rm(base, { recursive: true }))

let count = 0
const newRoot = (): string => join(base, `root ${++count}`)
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
/** Permissions do not bind root: a test that root runs becomes another user for a while. */
async function asNobody(action: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0
  if (isRoot) execFileSync('chown', ['-R', '65534', base])
  if (isRoot) process.seteuid?.(65534)
  try {
    await action()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}
const list = async (items: AsyncIterable<StoredObject>): Promise<StoredObject[]> => {
  const all: StoredObject[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('file store', () => {
  const make = async () => {
    const root = newRoot()
    return { store: fileStore(root), second: fileStore(root) }
  }
  test.each(storeConformance('file', make))('$title', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  test('creates the folder privately, at the first write', async () => {
    const root = newRoot()
    const store = fileStore(root)
    expect(await list(store.list(''))).toEqual([])
    await expect(stat(root)).rejects.toThrow('ENOENT')
    await store.putIfAbsent('a/b/c', bytes('x'))
    const source = join(base, 'source')
    await writeFile(source, 'y', { mode: 0o644 })
    await store.putFile('a/d', source)
    expect(store.uri).toBe(`file://${root}`)
    expect(store.localPath('a/d')).toBe(join(root, 'a/d'))
    for (const folder of ['', 'a', 'a/b'])
      expect((await stat(join(root, folder))).mode & 0o777).toBe(0o700)
    for (const file of ['a/b/c', 'a/d'])
      expect((await stat(join(root, file))).mode & 0o777).toBe(0o600)
  })

  test('leaves no unfinished file behind and does not list one', async () => {
    const root = newRoot()
    const store = fileStore(root)
    await store.put('a/1', bytes('x'))
    await store.putIfAbsent('a/1', bytes('y'))
    await store.putIfAbsent('a/2', bytes('y'))
    expect(await readdir(join(root, 'a'))).toEqual(['1', '2'])
    await writeFile(join(root, 'a/.headrig-tmp-left-by-a-crash'), 'half')
    expect((await list(store.list(''))).map(({ key }) => key)).toEqual(['a/1', 'a/2'])
    await expect(store.get('a/.headrig-tmp-x')).rejects.toMatchObject({ kind: 'invalid' })
  })

  test('tells a change of the same size by its etag', async () => {
    const root = newRoot()
    const store = fileStore(root)
    await store.put('a', bytes('one'))
    const before = await store.head('a')
    await writeFile(join(root, 'a'), 'two')
    await utimes(join(root, 'a'), 1, 1.5)
    const after = await store.head('a')
    expect(after).toEqual({ key: 'a', size: 3, etag: '3-59682f00', modified: 1500 })
    expect(after?.etag).not.toBe(before?.etag)
  })

  test('copies a file from another file system', async () => {
    const root = newRoot()
    const store = fileStore(root)
    const source = join(base, 'from elsewhere')
    await writeFile(source, 'content', { mode: 0o644 })
    await adoptCopy(source, join(root, 'new folder/file'))
    expect(new TextDecoder().decode(await store.get('new folder/file'))).toBe('content')
    expect((await stat(join(root, 'new folder/file'))).mode & 0o777).toBe(0o600)
    expect(await readdir(join(root, 'new folder'))).toEqual(['file'])
    await expect(stat(source)).rejects.toThrow('ENOENT')
  })
})

describe('file store and links', () => {
  test('reads and lists through links, once round a circle', async () => {
    const root = newRoot()
    const outside = newRoot()
    await mkdir(join(root, 'day'), { recursive: true })
    await mkdir(outside)
    await writeFile(join(outside, 'log'), 'linked')
    await symlink(outside, join(root, 'day/linked'))
    await symlink(join(root, 'day'), join(root, 'day/circle'))
    await link(join(outside, 'log'), join(root, 'day/hard'))
    const store = fileStore(root)
    expect((await list(store.list(''))).map(({ key }) => key)).toEqual([
      'day/hard',
      'day/linked/log',
    ])
    expect(new TextDecoder().decode(await store.get('day/linked/log'))).toBe('linked')
  })

  test('lists a dangling link, and says not-found when it is read', async () => {
    const root = newRoot()
    await mkdir(root)
    await symlink('nowhere', join(root, 'dangling'))
    await symlink('self', join(root, 'self'))
    const store = fileStore(root)
    expect(await list(store.list(''))).toMatchObject([
      { key: 'dangling', size: 0 },
      { key: 'self', size: 0 },
    ])
    await expect(store.get('dangling')).rejects.toMatchObject({ kind: 'not-found' })
    await expect(store.get('self')).rejects.toMatchObject({ kind: 'invalid' })
    expect(await store.head('dangling')).toBeUndefined()
  })

  test('writes and deletes nothing through a link out of the store', async () => {
    const root = newRoot()
    const outside = newRoot()
    await mkdir(root)
    await mkdir(outside)
    await writeFile(join(outside, 'mine'), 'mine')
    await symlink(outside, join(root, 'out'))
    await symlink(join(outside, 'mine'), join(root, 'file'))
    const store = fileStore(root)
    const refused = { kind: 'forbidden' }
    await expect(store.put('out/new', bytes('x'))).rejects.toMatchObject(refused)
    await expect(store.putIfAbsent('out/a/new', bytes('x'))).rejects.toMatchObject(refused)
    await expect(store.delete('out/mine')).rejects.toMatchObject(refused)
    await store.put('file', bytes('replaces the link'))
    expect(await readdir(outside)).toEqual(['mine'])
    expect((await stat(join(outside, 'mine'))).size).toBe(4)
  })

  test('may itself be reached by a link', async () => {
    const root = newRoot()
    await mkdir(root)
    const link = newRoot()
    await symlink(root, link)
    await fileStore(link).put('a/b', bytes('x'))
    expect(await readdir(join(root, 'a'))).toEqual(['b'])
  })
})

describe('file store and what is no file', () => {
  test('neither lists nor waits for a pipe', async () => {
    const root = newRoot()
    await mkdir(root)
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'pipe')])
    const store = fileStore(root)
    expect(await list(store.list(''))).toEqual([])
    await expect(store.get('pipe')).rejects.toMatchObject({ kind: 'not-found' })
    expect(await store.head('pipe')).toBeUndefined()
  })

  test('says forbidden for what it may not read, and lists the rest', async () => {
    const root = newRoot()
    const store = fileStore(root)
    for (const key of ['a/file', 'b/file', 'c', 'd/e/file']) await store.put(key, bytes('x'))
    await chmod(join(root, 'a'), 0)
    await chmod(join(root, 'b/file'), 0)
    await chmod(join(root, 'd'), 0o400)
    await asNobody(async () => {
      const keys = (await list(store.list(''))).map(({ key }) => key)
      expect(keys).toEqual(['a', 'b/file', 'c', 'd/e'])
      const forbidden = {
        kind: 'forbidden',
        message: expect.stringMatching(/permission/) as string,
      }
      for (const key of ['a', 'a/file', 'b/file', 'd/e/file'])
        await expect(store.get(key)).rejects.toMatchObject(forbidden)
      await expect(store.head('a/file')).rejects.toMatchObject(forbidden)
      await expect(store.put('a/new', bytes('x'))).rejects.toMatchObject(forbidden)
      await expect(list(store.list('a/'))).rejects.toMatchObject(forbidden)
    })
    for (const folder of ['a', 'd']) await chmod(join(root, folder), 0o700)
  })

  test.each([
    ['ENOSPC', 'unavailable', /disk is full \(free some space.*"\/lake\/a"/],
    ['EACCES', 'forbidden', /no permission/],
    ['ENAMETOOLONG', 'invalid', /too long/],
    ['EUNHEARD', 'internal', /EUNHEARD/],
  ])('tells %s as %s', (code, kind, message) => {
    const error = fileError(Object.assign(new Error('x'), { code }), '/lake/a')
    expect(error).toMatchObject({ kind, message: expect.stringMatching(message) as string })
  })
})
