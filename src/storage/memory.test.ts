import { describe, expect, test } from 'vitest'
import { storeConformance } from './conformance.js'
import { memoryStore } from './memory.js'

describe('memory store', () => {
  test.each(storeConformance('memory', async () => ({ store: memoryStore() })))(
    '$title',
    async ({ run }) => {
      await expect(run()).resolves.toBeUndefined()
    },
  )

  test('is shared by name', async () => {
    await memoryStore('shared').put('a', new Uint8Array([1]))
    expect(await memoryStore('shared').get('a')).toEqual(new Uint8Array([1]))
    expect(await memoryStore('other').head('a')).toBeUndefined()
    expect(await memoryStore().head('a')).toBeUndefined()
  })

  test('keeps its own copy of the bytes', async () => {
    const store = memoryStore()
    const mine = new Uint8Array([1, 2])
    await store.put('a', mine)
    mine[0] = 9
    const read = await store.get('a')
    read[1] = 9
    expect(await store.get('a')).toEqual(new Uint8Array([1, 2]))
  })
})
