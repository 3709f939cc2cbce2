import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isKind } from '../core/errors.js'
import { memoryStore } from '../storage/memory.js'
import { deltaTools, watched, type DeltaTools } from '../../test/support/delta.js'
import { LocalCopies } from './local-copies.js'

let tools: DeltaTools
beforeAll(async () => {
  tools = await deltaTools()
})
afterAll(() => tools.close())

test('a copy has the bytes of one version, also when they change while it is fetched', async () => {
  const store = memoryStore()
  const [one, two] = [Buffer.alloc(40 * 2 ** 20, 1), Buffer.alloc(40 * 2 ** 20, 2)]
  await store.put('k', one)
  let gets = 0
  const changing = watched(
    store,
    () => undefined,
    (operation) => {
      if (operation === 'get' && ++gets === 2) void store.put('k', two)
    },
  )
  const { path } = await new LocalCopies(changing, tools.io).use('k')
  expect((await readFile(path)).equals(two)).toBe(true)
  expect(gets).toBeGreaterThan(3)
})

test('what never stays the same, or is gone, is said', async () => {
  const store = memoryStore()
  let round = 0
  const restless = watched(
    store,
    () => undefined,
    (operation) => {
      if (operation === 'get') void store.put('k', Buffer.from(`round ${++round}`))
    },
  )
  await store.put('k', Buffer.from('round 0'))
  const copies = new LocalCopies(restless, tools.io)
  const failure = await copies.use('k').catch((error: unknown) => error)
  expect(isKind(failure, 'unavailable')).toBe(true)
  await store.delete('k')
  expect(isKind(await copies.use('k').catch((e: unknown) => e), 'not-found')).toBe(true)
})

test('the last few are kept, and those in use', async () => {
  const store = memoryStore()
  let gets = 0
  const copies = new LocalCopies(
    watched(store, (operation) => void (operation === 'get' && gets++)),
    tools.io,
  )
  for (let i = 0; i < 7; i++) await store.put(`k${i}`, Buffer.from(`${i}`))
  const first = await copies.use('k0')
  const second = await copies.use('k1')
  second.done()
  for (let i = 2; i < 7; i++) (await copies.use(`k${i}`)).done()
  expect((await readFile(first.path)).toString()).toBe('0')
  for (let i = 0; i < 100 && existsSync(second.path); i++)
    await new Promise((r) => setTimeout(r, 10))
  expect(existsSync(second.path)).toBe(false)
  ;(await copies.use('k6')).done()
  expect(gets).toBe(7)
  const again = await copies.use('k1')
  expect((await readFile(again.path)).toString()).toBe('1')
  expect(gets).toBe(8)
})
