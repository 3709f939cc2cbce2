import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ahead } from './concurrency.js'

async function* counting(log: string[], failsAt = 3): AsyncGenerator<number> {
  try {
    for (let n = 1; n <= failsAt; n++) {
      log.push(`make ${n}`)
      if (n === failsAt) throw new Error(`no ${n}`)
      yield n
    }
  } finally {
    log.push('end')
  }
}

test('the next value is made while one is worked on, and its failure told in its turn', async () => {
  const log: string[] = []
  const work = async (): Promise<void> => {
    for await (const n of ahead(counting(log))) {
      await setTimeout(5)
      log.push(`done ${n}`)
    }
  }
  await expect(work()).rejects.toThrow('no 3')
  expect(log).toEqual(['make 1', 'make 2', 'done 1', 'make 3', 'end', 'done 2'])
})

test('who stops early ends the source', async () => {
  const log: string[] = []
  for await (const n of ahead(counting(log, 9))) if (n === 2) break
  await setTimeout(5)
  expect(log).toEqual(['make 1', 'make 2', 'make 3', 'end'])
})
