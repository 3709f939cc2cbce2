import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { download } from './download.js'
import { withFaults } from './faults.js'
import { openStore } from './open.js'

const folder = mkdtempSync(join(tmpdir(), 'headrig-download-'))
afterAll(() => rmSync(folder, { recursive: true }))

const store = openStore('memory://download')
const bytes = Buffer.from(Array.from({ length: 20 * 2 ** 20 }, (_, i) => i % 251))

test('an object of several parts arrives whole, for its owner alone', async () => {
  await store.put('a/large', bytes)
  const path = join(folder, 'deep/er/large')
  await download(store, { key: 'a/large', size: bytes.length }, path)
  expect(readFileSync(path).equals(bytes)).toBe(true)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('an object that is shorter than said leaves nothing behind', async () => {
  await store.put('a/short', bytes.subarray(0, 9 * 2 ** 20))
  const path = join(folder, 'short/file')
  await expect(download(store, { key: 'a/short', size: bytes.length }, path)).rejects.toThrow(
    /a\/short has 9437184 bytes, its table's log says 20971520/,
  )
  expect(readdirSync(join(folder, 'short'))).toEqual([])
})

test('a part that fails leaves nothing behind', async () => {
  await store.put('a/large', bytes)
  const faulty = withFaults(store, ({ operation, nth }) =>
    operation === 'get' && nth === 2 ? { kind: 'reset' } : undefined,
  )
  const path = join(folder, 'failed/file')
  await expect(
    download(faulty, { key: 'a/large', size: bytes.length }, path),
  ).rejects.toMatchObject({ kind: 'unavailable' })
  expect(readdirSync(join(folder, 'failed'))).toEqual([])
})
