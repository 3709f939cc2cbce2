import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { storeConformance } from './conformance.js'
import { withCounts } from './count.js'
import { fileStore } from './file.js'
import { memoryStore } from './memory.js'
import { withPrefix } from './prefix.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('a store below a prefix', () => {
  const make = async () => {
    const whole = memoryStore()
    await whole.put('aa', bytes('outside'))
    await whole.put('zz/x', bytes('outside'))
    return { store: withPrefix(whole, 'in/side/') }
  }
  test.each(storeConformance('prefix', make))('$title', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  test('names where it is', () => {
    const store = withPrefix(fileStore('/data'), 'a/b/')
    expect(store.uri).toBe('file:///data/a/b')
    expect(store.localPath('c')).toBe('/data/a/b/c')
    expect(() => withPrefix(store, '../')).toThrow(/leave its store/)
    expect(() => withPrefix(store, 'a')).toThrow(/does not end in/)
  })
})

describe('a store that counts', () => {
  test.each(storeConformance('count', async () => ({ store: withCounts(memoryStore()) })))(
    '$title',
    async ({ run }) => {
      await expect(run()).resolves.toBeUndefined()
    },
  )

  test('counts calls and bytes, also of what fails', async () => {
    const store = withCounts(memoryStore())
    await store.put('a/b', bytes('12345'))
    await store.putIfAbsent('a/c', bytes('123'))
    const path = join(await mkdtemp(join(tmpdir(), 'headrig-count-')), 'file')
    await writeFile(path, '1234567')
    await store.putFile('a/d', path)
    await store.get('a/b', { range: { start: 1, end: 3 } })
    await store.get('a/c')
    await expect(store.get('none')).rejects.toThrow('none')
    await store.head('a/b')
    for await (const { key } of store.list('a/')) expect(key).toMatch(/^a/)
    for await (const folder of store.listFolders('')) expect(folder).toBe('a/')
    await store.delete('a/b')
    expect(store.counts).toEqual({
      get: { calls: 3, bytes: 5 },
      put: { calls: 1, bytes: 5 },
      putIfAbsent: { calls: 1, bytes: 3 },
      putFile: { calls: 1, bytes: 7 },
      delete: { calls: 1, bytes: 0 },
      head: { calls: 1, bytes: 0 },
      list: { calls: 1, bytes: 0 },
      listFolders: { calls: 1, bytes: 0 },
    })
  })

  test('counts a folder of files as a request each', async () => {
    const store = withCounts(fileStore(await mkdtemp(join(tmpdir(), 'headrig-count-'))))
    for (const key of ['a/1', 'a/b/2', 'c']) await store.put(key, bytes(key))
    for await (const { key } of store.list('')) expect(key).toBeDefined()
    expect(store.counts.list.calls).toBe(3)
  })
})
