import { describe, expect, test } from 'vitest'
import { memoryStore } from '../storage/memory.js'
import type { ByteStore } from '../storage/store.js'
import { foundAt } from './found.js'
import { PlanLog, RECEIPTS } from './plans.js'

const options = { format: 'auto', keepDuplicates: false }

async function keysOf(store: ByteStore): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list('')) keys.push(key.replace('_headrig/', ''))
  return keys
}

async function logOf(count: number): Promise<{ readonly store: ByteStore; readonly log: PlanLog }> {
  const store = memoryStore()
  const log = new PlanLog(store)
  for (let seq = 1; seq <= count; seq++) await log.add({ seq, lane: 'a', options, objects: [] })
  return { store, log }
}

describe('plans', () => {
  test('of one number there is one', async () => {
    const { log } = await logOf(1)
    const racers = ['b', 'c', 'd'].map((lane) => log.add({ seq: 2, lane, options, objects: [] }))
    const won = await Promise.all(racers)
    expect(won.filter(Boolean)).toHaveLength(1)
    expect((await log.read(2))?.lane).toBe(['b', 'c', 'd'][won.indexOf(true)])
  })

  test('name each object again as it was found', async () => {
    const { log, store } = await logOf(0)
    const objects = ['file:///logs/a b/ü.gz', 's3://logs/b/2.gz'].map((uri, i) =>
      foundAt({ uri, etag: `e${i}`, size: i, modified: 5, time: 6 + i }),
    )
    expect(objects[0]).toMatchObject({ key: '/logs/a b/ü.gz', localPath: '/logs/a b/ü.gz' })
    expect(objects[1]).not.toHaveProperty('localPath')
    const plan = { seq: 1, lane: 'a', options, objects }
    await log.add(plan)
    expect(await log.read(1)).toEqual(plan)
    // Earlier builds wrote one object after another.
    await store.put('_headrig/plans/000000000002.json', Buffer.from(JSON.stringify(plan)))
    expect(await log.read(2)).toEqual(plan)
  })

  test('are open until they are closed', async () => {
    const { log } = await logOf(3)
    await log.close(2)
    expect(await log.list()).toEqual({ last: 3, open: [1, 3] })
  })

  test('that were done long ago go, with their receipts; the newest stays', async () => {
    const { store, log } = await logOf(4)
    for (const seq of [1, 3, 4]) await log.close(seq)
    for (const seq of [1, 2, 4])
      await store.put(`${RECEIPTS}a-00000000000${seq}-t-x.json`, Buffer.from('{}'))
    await log.sweep(Date.now() - 60_000)
    expect(await keysOf(store)).toHaveLength(10)
    await log.sweep(Date.now() + 60_000)
    expect(await keysOf(store)).toEqual([
      'plans/000000000002.json',
      'plans/000000000004.done',
      'plans/000000000004.json',
      'receipts/a-000000000002-t-x.json',
    ])
    expect(await log.list()).toEqual({ last: 4, open: [2] })
  })

  test('killed while it sweeps, no plan is taken up again', async () => {
    for (let dies = 0; dies < 6; dies++) {
      const { store, log } = await logOf(3)
      for (const seq of [1, 2, 3]) await log.close(seq)
      let deletes = 0
      const mortal: ByteStore = new Proxy(store, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name, target)
          if (typeof value !== 'function') return value
          if (name !== 'delete') return value.bind(target)
          return async (key: string) => {
            if (deletes++ === dies) throw new Error('dead')
            await target.delete(key)
          }
        },
      })
      await new PlanLog(mortal).sweep(Date.now() + 60_000).catch(() => undefined)
      expect(await log.list(), `after ${dies}`).toEqual({ last: 3, open: [] })
    }
  })
})
