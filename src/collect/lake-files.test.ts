import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openStore } from '../storage/open.js'
import { LakeFiles } from './lake-files.js'

const folder = mkdtempSync(join(tmpdir(), 'headrig-lake-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (path: string) => ({ path, size: 10 })

test('files of a remote lake stay while there is room, the longest unused go first', async () => {
  const store = openStore('memory://lake-files')
  for (const name of ['a', 'b', 'c', 'd'])
    await store.put(`tables/t/${name}`, Buffer.from(name.repeat(10)))
  const files = new LakeFiles(store, join(folder, 'remote'), 25)
  const [a = '', b = ''] = await files.local('t', [file('a'), file('b')])
  expect(readFileSync(a, 'utf8')).toBe('aaaaaaaaaa')
  // Asked for again, `a` is the younger one when room is needed.
  await files.local('t', [file('a')])
  const [c = ''] = await files.local('t', [file('c')])
  expect([a, b, c].map((path) => existsSync(path))).toEqual([true, false, true])
  // What one call asks for is there, even when it is more than should be kept.
  const all = await files.local('t', ['a', 'b', 'c', 'd'].map(file))
  expect(all.map((path) => readFileSync(path, 'utf8')[0])).toEqual(['a', 'b', 'c', 'd'])
  await files.close()
  expect(existsSync(join(folder, 'remote'))).toBe(false)
})

test('files of a lake on this machine are read in place', async () => {
  const store = openStore(join(folder, 'lake'))
  await store.put('tables/t/a', Buffer.from('x'))
  const files = new LakeFiles(store, join(folder, 'unused'))
  expect(await files.local('t', [file('a')])).toEqual([join(folder, 'lake/tables/t/a')])
  expect(existsSync(join(folder, 'unused'))).toBe(false)
})
