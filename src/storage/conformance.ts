import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  listsFolders,
  listsNothing,
  listsOddKeys,
  listsPages,
  listsPart,
} from './conformance-listing.js'
import { all, assertKind, bytes, keys, text } from './conformance-support.js'
import type { ByteStore } from './store.js'

/** One behaviour that every store has; `run` rejects when this one has it not. */
export interface ConformanceCase {
  readonly title: string
  readonly run: () => Promise<void>
}

export interface Subject {
  readonly store: ByteStore
  /** The same store as another process would open it. */
  readonly second?: ByteStore
  /** How many keys one request lists at most. */
  readonly keysPerPage?: number
}

/**
 * What every `ByteStore` must do, independent of a test runner. `makeStore` gives an empty store
 * each time.
 * @example for (const { title, run } of storeConformance('memory', make)) test(title, () => run())
 */
export function storeConformance(
  name: string,
  makeStore: () => Promise<Subject>,
): ConformanceCase[] {
  return CASES.map(([title, check]) => ({
    title: `${name}: ${title}`,
    async run() {
      const { store, second = store, keysPerPage = Infinity } = await makeStore()
      await check(store, second, keysPerPage)
    },
  }))
}

type Check = (store: ByteStore, second: ByteStore, keysPerPage: number) => Promise<void>

const CASES: readonly (readonly [string, Check])[] = [
  ['gets what was put, and replaces it', getsWhatWasPut],
  ['keeps empty objects and every byte value', keepsBytes],
  ['reads ranges and what of them exists', readsRanges],
  ['describes objects by head', describes],
  ['deletes, also what is not there', deletes],
  ['takes over a local file', takesFile],
  ['creates an object once', createsOnce],
  ['lets exactly one of 8 racing writers create an object', races],
  ['lists in byte order, with odd keys', listsOddKeys],
  ['lists after a key and below a prefix', listsPart],
  ['lists more than a page', listsPages],
  ['lists folders', listsFolders],
  ['lists nothing where there is nothing', listsNothing],
  ['says not-found for what is missing', saysNotFound],
  ['keeps keys inside the store', confines],
  ['stops when it is told to', stops],
]

async function getsWhatWasPut(store: ByteStore): Promise<void> {
  await store.put('logs/one', bytes('first'))
  assert.equal(text(await store.get('logs/one')), 'first')
  await store.put('logs/one', bytes('second, longer'))
  assert.equal(text(await store.get('logs/one')), 'second, longer')
}

async function keepsBytes(store: ByteStore): Promise<void> {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i)
  await store.put('all', all)
  assert.deepEqual([...(await store.get('all'))], [...all])
  await store.put('empty', new Uint8Array(0))
  assert.equal((await store.get('empty')).length, 0)
  const part = all.subarray(10, 20)
  await store.put('view', part)
  assert.deepEqual([...(await store.get('view'))], [...part])
}

async function readsRanges(store: ByteStore): Promise<void> {
  await store.put('digits', bytes('0123456789'))
  await store.put('empty', new Uint8Array(0))
  const read = async (key: string, start: number, end: number): Promise<string> =>
    text(await store.get(key, { range: { start, end } }))
  assert.equal(await read('digits', 0, 1), '0')
  assert.equal(await read('digits', 3, 7), '3456')
  assert.equal(await read('digits', 8, 100), '89')
  assert.equal(await read('digits', 10, 20), '')
  assert.equal(await read('digits', 4, 4), '')
  assert.equal(await read('empty', 0, 5), '')
  for (const [start, end] of [
    [5, 4],
    [-1, 4],
    [0.5, 2],
    [0, Number.NaN],
  ] as const)
    await assertKind('invalid', () => store.get('digits', { range: { start, end } }))
  await assertKind('not-found', () => store.get('none', { range: { start: 2, end: 2 } }))
}

async function describes(store: ByteStore): Promise<void> {
  const before = Date.now()
  await store.put('a/b', bytes('hello'))
  const found = await store.head('a/b')
  assert.ok(found)
  assert.equal(found.key, 'a/b')
  assert.equal(found.size, 5)
  assert.ok(Math.abs(found.modified - before) < 60_000, `modified ${found.modified}`)
  assert.ok(found.etag.length > 0 && !found.etag.includes('"'), found.etag)
  const [listed] = await all(store.list('a/'))
  assert.deepEqual(
    { ...listed, modified: 0 },
    { ...found, modified: 0 },
    'head and list tell the same',
  )
  await store.put('a/b', bytes('hello, longer'))
  assert.notEqual((await store.head('a/b'))?.etag, found.etag)
  assert.equal(await store.head('a'), undefined)
  assert.equal(await store.head('a/b/c'), undefined)
  assert.equal(await store.head('none'), undefined)
}

async function deletes(store: ByteStore): Promise<void> {
  await store.put('x/y/one', bytes('1'))
  await store.put('x/y/two', bytes('2'))
  await store.delete('x/y/one')
  await store.delete('x/y/one')
  await store.delete('never/there')
  await store.delete('x/y')
  assert.deepEqual(await keys(store.list('')), ['x/y/two'])
  await store.delete('x/y/two')
  assert.deepEqual(await all(store.listFolders('')), [])
  await store.put('x/y/three', bytes('3'))
  assert.deepEqual(await keys(store.list('')), ['x/y/three'])
}

async function takesFile(store: ByteStore): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'headrig-conformance-'))
  try {
    const path = join(folder, 'done.parquet')
    await writeFile(path, 'finished')
    await store.putFile('data/day/done.parquet', path)
    assert.equal(text(await store.get('data/day/done.parquet')), 'finished')
    await assert.rejects(readFile(path), { code: 'ENOENT' })
    await assertKind('not-found', () => store.putFile('data/other', path))
    assert.equal(await store.head('data/other'), undefined)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function createsOnce(store: ByteStore, second: ByteStore): Promise<void> {
  assert.equal(await store.putIfAbsent('log/0.json', bytes('first')), true)
  assert.equal(await second.putIfAbsent('log/0.json', bytes('second')), false)
  assert.equal(await store.putIfAbsent('log/0.json', bytes('again')), false)
  assert.equal(text(await second.get('log/0.json')), 'first')
  await store.delete('log/0.json')
  assert.equal(await second.putIfAbsent('log/0.json', bytes('third')), true)
}

async function races(store: ByteStore, second: ByteStore): Promise<void> {
  for (let k = 0; k < 50; k++) {
    const key = `race/${k}.json`
    const bodies = Array.from({ length: 8 }, (_, i) => `writer ${i} ${'x'.repeat(i * 100)}`)
    const won = await Promise.all(
      bodies.map((body, i) => (i % 2 === 0 ? store : second).putIfAbsent(key, bytes(body))),
    )
    const winners = bodies.filter((_, i) => won[i])
    assert.equal(winners.length, 1, `${key} has ${winners.length} winners`)
    assert.equal(text(await store.get(key)), winners[0])
  }
  assert.equal((await keys(store.list('race/'))).length, 50)
}

async function saysNotFound(store: ByteStore): Promise<void> {
  await assertKind('not-found', () => store.get('none'), 'none')
  await store.put('a/b', bytes('x'))
  await assertKind('not-found', () => store.get('a'))
  await assertKind('not-found', () => store.get('a/b/c'))
}

async function confines(store: ByteStore): Promise<void> {
  const escapes = ['..', '../x', 'a/../../x', 'a/..', './a', 'a/./b', 'a\0b', 'a\ud800', '']
  const unclean = ['/a', '//a', 'a//b', 'a/']
  for (const key of [...escapes, ...unclean]) {
    await assertKind('invalid', () => store.put(key, bytes('x')))
    await assertKind('invalid', () => store.putIfAbsent(key, bytes('x')))
    await assertKind('invalid', () => store.putFile(key, '/nonexistent'))
    await assertKind('invalid', () => store.delete(key))
  }
  for (const key of escapes) {
    await assertKind('invalid', () => store.get(key))
    await assertKind('invalid', () => store.head(key))
  }
  for (const prefix of ['../', 'a/../', 'a/../b', 'a\0'])
    await assertKind('invalid', () => all(store.list(prefix)))
  for (const prefix of ['../', 'a/../', 'a'])
    await assertKind('invalid', () => all(store.listFolders(prefix)))
  assert.deepEqual(await all(store.list('')), [])
}

async function stops(store: ByteStore): Promise<void> {
  await store.put('a', bytes('x'))
  const reason = new Error('enough')
  const signal = AbortSignal.abort(reason)
  await assert.rejects(store.get('a', { signal }), reason)
  await assert.rejects(all(store.list('', { signal })), reason)
}
