// Two writers of one place: whatever one does between two requests of the other, what `_SUCCESS` names is there.
import { expect, test } from 'vitest'
import { memoryStore } from '../../storage/memory.js'
import type { ByteStore } from '../../storage/store.js'
import { readManifest } from './manifest.js'
import type { Place } from './place.js'
import { replaceStoreDirectory } from './store-directory.js'

const place = (store: ByteStore): Place => ({
  store,
  prefix: 'out/',
  location: 'memory:///out',
})

/** Writes two files; what they hold tells the writer. */
function replace(store: ByteStore, name: string): Promise<unknown> {
  return replaceStoreDirectory(place(store), async ({ prefix }, label) => {
    const keys = [0, 1].map((n) => `${prefix}part-${label}-${n}.txt`)
    for (const key of keys) await store.put(key, Buffer.from(name))
    return { rows: 2, columns: [], files: keys.map((key) => ({ key, size: name.length })) }
  })
}

/** The same store, in which `between` runs before the request of this number. */
function interrupted(store: ByteStore, at: number, between: () => Promise<unknown>) {
  let requests = 0
  const step = async (): Promise<void> => {
    if (requests++ === at) await between()
  }
  const own: ByteStore = {
    uri: store.uri,
    get: async (...args) => (await step(), store.get(...args)),
    put: async (...args) => (await step(), store.put(...args)),
    putIfAbsent: async (...args) => (await step(), store.putIfAbsent(...args)),
    putFile: async (...args) => (await step(), store.putFile(...args)),
    delete: async (...args) => (await step(), store.delete(...args)),
    head: async (...args) => (await step(), store.head(...args)),
    async *list(...args) {
      await step()
      for await (const found of store.list(...args)) {
        await step()
        yield found
      }
    },
    listFolders: (...args) => store.listFolders(...args),
    localPath: (key) => store.localPath(key),
  }
  return { own, requests: () => requests }
}

test('what a write left beside the files that it tells of goes with the old ones', async () => {
  const store = memoryStore()
  await replace(store, 'old')
  await replaceStoreDirectory(place(store), async ({ prefix }, label) => {
    const key = `${prefix}part-${label}-0.txt`
    for (const one of [key, `${prefix}part-${label}-1.txt`])
      await store.put(one, Buffer.from('new'))
    return { rows: 1, columns: [], files: [{ key, size: 3 }] }
  })
  const left: string[] = []
  for await (const { key } of store.list('out/')) left.push(key)
  expect(left).toEqual(['out/_SUCCESS', expect.stringMatching(/-0\.txt$/)])
})

test('a writer that comes and goes between any two requests of another', async () => {
  let steps = 0
  for (let at = 0; at <= steps; at++) {
    const store = memoryStore()
    await replace(store, 'old')
    const { own, requests } = interrupted(store, at, () => replace(store, 'second'))
    await replace(own, 'first')
    steps = Math.max(steps, requests())
    const manifest = await readManifest(store, 'out/')
    const texts = await Promise.all(
      (manifest?.files ?? []).map(async (f) =>
        Buffer.from(await store.get(`out/${f.name}`)).toString(),
      ),
    )
    expect([
      ['first', 'first'],
      ['second', 'second'],
    ]).toContainEqual(texts)
    const left: string[] = []
    for await (const { key } of store.list('out/')) left.push(key)
    expect(left, `at ${at}`).toHaveLength(3)
  }
  expect(steps).toBeGreaterThan(10)
})
