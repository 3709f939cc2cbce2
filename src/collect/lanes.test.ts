import { hostname } from 'node:os'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { silentLogger } from '../core/logger.js'
import { memoryStore } from '../storage/memory.js'
import type { ByteStore } from '../storage/store.js'
import { acquireLane, type Lane } from './lanes.js'

const take = async (
  store: ByteStore,
  options?: { accept?: (lane: string) => boolean; existing?: boolean },
): Promise<Lane> => {
  const lane = await acquireLane(store, silentLogger, options)
  if (!lane) throw new Error('no lane')
  return lane
}

/** Writes the lease of somebody else. */
async function lease(
  store: ByteStore,
  name: string,
  changes: Readonly<Record<string, unknown>>,
): Promise<void> {
  const text = JSON.stringify({
    owner: 'other',
    host: 'elsewhere',
    pid: 1,
    started: '1',
    expires: Date.now() + 60_000,
    ...changes,
  })
  await store.put(`_headrig/lanes/${name}.00000001.json`, Buffer.from(text))
}

describe('lanes', () => {
  test('are each held by one', async () => {
    const store = memoryStore()
    const lanes = await Promise.all(Array.from({ length: 8 }, () => take(store)))
    expect(new Set(lanes.map((l) => l.name)).size).toBe(8)
    for (const lane of lanes) await lane.check()
    for (const lane of lanes) await lane.release()
  })

  test('are used again when they were released', async () => {
    const store = memoryStore()
    const first = await take(store)
    await first.release()
    const second = await take(store)
    expect(second.name).toBe(first.name)
    await second.check()
    await expect(first.check()).rejects.toMatchObject({ kind: 'conflict' })
    await second.release()
  })

  test('are left to a collector elsewhere until its lease lapses', async () => {
    const store = memoryStore()
    await lease(store, 'collect-0', {})
    const mine = await take(store)
    expect(mine.name).toBe('collect-1')
    await mine.release()
    await lease(store, 'collect-0', { expires: Date.now() - 1 })
    const taken = await take(store, { accept: (name) => name === 'collect-0' })
    expect(taken.name).toBe('collect-0')
    await taken.release()
  })

  test('of a process of this machine that is gone are free at once', async () => {
    const child = spawn(process.execPath, ['-e', '0'])
    await once(child, 'exit')
    const store = memoryStore()
    await lease(store, 'collect-0', { host: hostname(), pid: child.pid, started: '12345' })
    const lane = await take(store, { existing: true })
    expect(lane.name).toBe('collect-0')
    await lane.release()
  })

  test('of a process whose number another has now are free as well', async () => {
    const store = memoryStore()
    await lease(store, 'collect-0', { host: hostname(), pid: process.pid, started: 'long ago' })
    const lane = await take(store, { existing: true })
    expect(lane.name).toBe('collect-0')
    await lane.release()
  })

  test('are not made when only existing ones are asked for', async () => {
    expect(await acquireLane(memoryStore(), silentLogger, { existing: true })).toBeUndefined()
  })

  test('a lease written where others took the lane and left again is not taken for held', async () => {
    const store = memoryStore()
    const early = await take(store)
    await early.release()
    // While the newcomer looks, two others take the lane in turn, and the first two leases are removed.
    let interfere = true
    const slow: ByteStore = new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (name !== 'putIfAbsent') return typeof value === 'function' ? value.bind(target) : value
        return async (key: string, bytes: Uint8Array) => {
          if (interfere) {
            interfere = false
            await (await take(store)).release()
            await take(store)
            await store.delete('_headrig/lanes/collect-0.00000001.json')
            await store.delete('_headrig/lanes/collect-0.00000002.json')
          }
          return store.putIfAbsent(key, bytes)
        }
      },
    })
    const lane = await take(slow)
    expect(lane.name).toBe('collect-1')
    await lane.check()
  })
})
