import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockFile } from './file-lock.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-lock-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('one after another', async () => {
  const path = join(folder, 'a')
  let inside = 0
  let most = 0
  const turns = Array.from({ length: 8 }, async () => {
    const unlock = await lockFile(path)
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setTimeout(resolve, 5))
    inside--
    await unlock()
  })
  await Promise.all(turns)
  expect(most).toBe(1)
})

test('that of a dead process is taken over, that of a living one is not', async () => {
  const path = join(folder, 'b')
  await writeFile(path, JSON.stringify({ pid: process.pid, start: 'before' }))
  const unlock = await lockFile(path)
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid })
  await expect(lockFile(path, 50)).rejects.toMatchObject({ kind: 'conflict' })
  await unlock()
  await (
    await lockFile(path, 50)
  )()
})
