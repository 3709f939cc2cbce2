import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { writeLines } from './write-lines.js'

async function* batches(count: number): AsyncGenerator<string[]> {
  for (let i = 0; i < count; i++) yield [`${i}`.repeat(4000), '']
}

test('all lines come to a slow reader', async () => {
  const out = new PassThrough({ highWaterMark: 100 })
  const [read] = await Promise.all([
    text(out),
    writeLines(out, batches(50), 60_000).then(() => out.end()),
  ])
  expect(read.split('\n')).toHaveLength(101)
  expect(read).toContain(`${'49'.repeat(4000)}\n\n`)
})

test('lines that nobody takes are given up, and their source is told', async () => {
  let closed = false
  async function* source(): AsyncGenerator<string[]> {
    try {
      yield* batches(1000)
    } finally {
      closed = true
    }
  }
  const out = new PassThrough({ highWaterMark: 100 })
  await expect(writeLines(out, source(), 50)).rejects.toMatchObject({ kind: 'unavailable' })
  expect(closed).toBe(true)
})
