import assert from 'node:assert/strict'
import { all, assertKind, bytes, keys, text } from './conformance-support.js'
import { compareKeys } from './key.js'
import type { ByteStore, StoredObject } from './store.js'

/** Odd but legal keys, none the folder of another, in the byte order that every store lists. */
const ODD_KEYS: readonly string[] = [
  ' leading space',
  "!'()*~$&,;=@.txt",
  '%2F not a slash',
  '+plus+',
  'A',
  'a b',
  'a%20b',
  'a-b',
  'a.b',
  'a/b.c',
  'a/b/c',
  'a0',
  'event_day=2024-01-15/part #1?.parquet',
  'é',
  'ｚ',
  '😀',
]

export async function listsOddKeys(store: ByteStore): Promise<void> {
  assert.deepEqual(ODD_KEYS.toSorted(compareKeys), ODD_KEYS, 'the list above is in order')
  for (const key of ODD_KEYS.toReversed()) await store.put(key, bytes(key))
  assert.deepEqual(await keys(store.list('')), ODD_KEYS)
  for (const key of ODD_KEYS) {
    assert.equal(text(await store.get(key)), key)
    assert.equal((await store.head(key))?.size, bytes(key).length)
  }
}

export async function listsPart(store: ByteStore): Promise<void> {
  const present = ['a-b/1', 'a-b/2', 'a.b', 'a/1', 'a/2/x', 'a/2/y', 'a/3', 'a0', 'b']
  for (const key of present) await store.put(key, bytes(key))
  for (const prefix of ['', 'a', 'a/', 'a/2', 'a/2/', 'a-', 'a.b', 'b', 'c'])
    for (const startAfter of [
      '',
      'a',
      'a-b',
      'a-b/1',
      'a.b',
      'a/',
      'a/2',
      'a/2/x',
      'a/2/z',
      'a0',
      'z',
    ]) {
      const expected = present.filter(
        (key) => key.startsWith(prefix) && compareKeys(key, startAfter) > 0,
      )
      const options = startAfter === '' ? {} : { startAfter }
      const message = `prefix "${prefix}" after "${startAfter}"`
      assert.deepEqual(await keys(store.list(prefix, options)), expected, message)
    }
}

export async function listsPages(
  store: ByteStore,
  _second: ByteStore,
  keysPerPage: number,
): Promise<void> {
  const names = Array.from({ length: 230 }, (_, i) => `many/${String(i).padStart(5, '0')}`)
  for (let i = 0; i < names.length; i += 50)
    await Promise.all(names.slice(i, i + 50).map((name) => store.put(name, bytes(''))))
  let pages = 0
  const onPage = (): void => void pages++
  assert.deepEqual(await keys(store.list('many/', { onPage })), names)
  if (Number.isFinite(keysPerPage)) assert.equal(pages, Math.ceil(names.length / keysPerPage))
  else assert.ok(pages >= 1)
  const startAfter = names[200] ?? ''
  assert.deepEqual(await keys(store.list('', { startAfter })), names.slice(201))
  for await (const { key } of store.list('')) {
    assert.equal(key, names[0])
    break
  }
}

export async function listsFolders(store: ByteStore): Promise<void> {
  for (const key of ['t/a-b/1', 't/a/1', 't/a/2/x', 't/a b/1', 't/é+%/1', 't/file', 'u/1'])
    await store.put(key, bytes(key))
  assert.deepEqual(await all(store.listFolders('')), ['t/', 'u/'])
  const below = ['t/a b/', 't/a-b/', 't/a/', 't/é+%/']
  assert.deepEqual(await all(store.listFolders('t/')), below)
  assert.deepEqual(await all(store.listFolders('t/a/')), ['t/a/2/'])
  assert.deepEqual(await all(store.listFolders('t/', { startAfter: 't/a-b/' })), below.slice(2))
  assert.deepEqual(await all(store.listFolders('t/', { startAfter: 't/a' })), below)
  assert.deepEqual(await all(store.listFolders('none/')), [])
  const files: [string, number][] = []
  const onObject = ({ key, size }: StoredObject): void => void files.push([key, size])
  assert.deepEqual(await all(store.listFolders('t/', { onObject })), below)
  assert.deepEqual(files, [['t/file', 6]])
  await assertKind('invalid', () => all(store.listFolders('t')))
}

export async function listsNothing(store: ByteStore): Promise<void> {
  assert.deepEqual(await all(store.list('')), [])
  assert.deepEqual(await all(store.list('a/b/')), [])
  assert.deepEqual(await all(store.listFolders('')), [])
  await store.put('file', bytes('x'))
  assert.deepEqual(await all(store.list('file/')), [])
}
