import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trailBytes, trailRecord } from '../../../../test/support/collect-logs.js'
import { openStore } from '../../../storage/open.js'
import { openDuckDb, type DuckDbEngine } from '../../duckdb/open.js'
import type { ConvertedTable } from '../../engine.js'
import type { TaskOrder, TaskPointer, TaskResult } from './messages.js'
import { runTask } from './run-task.js'
import { stagedTables } from './staged-table.js'

let root: string
let engine: DuckDbEngine
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headrig-staged-'))
  engine = await openDuckDb({
    memoryLimitBytes: 1 << 28,
    threads: 1,
    tempFolder: join(root, 'spill'),
  })
})
afterAll(async () => {
  engine.close()
  await rm(root, { recursive: true, force: true })
})

/** What tasks leave of these lists of records, a task for each. */
async function staged(
  ...lists: readonly (readonly number[])[]
): Promise<{ table: ConvertedTable; path: (key: string) => string; results: TaskResult[] }> {
  const lake = await mkdtemp(join(root, 'lake-'))
  const store = openStore(lake)
  const pointer: TaskPointer = { work: 'read', lake, s3: {}, folder: '_headrig/staging/x/' }
  const results: TaskResult[] = []
  for (const [task, numbers] of lists.entries()) {
    const localPath = join(lake, `${task}.json.gz`)
    const bytes = trailBytes(numbers.map((n) => trailRecord(n)))
    await writeFile(localPath, bytes)
    const order: TaskOrder = {
      objects: [{ uri: `file://${localPath}`, key: 'x', size: bytes.length, localPath }],
      format: 'aws_cloudtrail',
      ingestedAt: '2024-01-16T00:00:00.000Z',
      keepDuplicates: false,
      arenaBytes: 8 << 20,
    }
    await store.put(`${pointer.folder}task-${task}.json`, Buffer.from(JSON.stringify(order)))
    const scratch = await mkdtemp(join(root, 'scratch-'))
    results.push(await runTask(pointer, task, scratch, () => undefined))
  }
  const files = results.flatMap((r) => r.files)
  const folder = await mkdtemp(join(root, 'batch-'))
  const [table] = await stagedTables({ engine, store, files, suspects: {}, folder })
  return { table: table!, path: (key) => join(lake, key), results }
}

const rowsOf = async (table: ConvertedTable): Promise<number> =>
  (await table.encode()).reduce((sum, f) => sum + f.stats.numRecords, 0)

test('a file without duplicates is where a commit wants it; one that lost rows is not', async () => {
  const { table, path, results } = await staged([1, 2, 3], [3, 4])
  const left = await table.dropDuplicates([])
  expect([...left.values()]).toEqual([1])
  const data = await table.encode()
  expect(new Set(data.map((f) => f.stats.numRecords))).toEqual(new Set([1, 3]))
  expect(data).toHaveLength(2)
  const [kept] = data.filter((f) => f.key !== undefined)
  expect(kept?.key).toMatch(new RegExp(`event_day=2024-01-15/${basename(kept?.path ?? '')}$`))
  const keys = results.flatMap((r) => r.files.map((f) => f.key))
  const [replaced] = keys.filter((key) => key !== kept?.key)
  expect(existsSync(path(replaced!))).toBe(true)
  await table.discard()
  // What a commit may name stays, the other is gone.
  expect(keys.map((key) => existsSync(path(key)))).toEqual(keys.map((key) => key === kept?.key))
})

test('after a lost race what the winner brought is left out, though the lake lost the file', async () => {
  const { table, path } = await staged([1, 2], [5, 6])
  await table.dropDuplicates([])
  expect(await rowsOf(table)).toBe(4)
  const winner = await staged([6, 7])
  await winner.table.dropDuplicates([])
  const [theirs] = await winner.table.encode()
  await table.dropDuplicates([theirs!.path])
  const second = await table.encode()
  expect(second.reduce((sum, f) => sum + f.stats.numRecords, 0)).toBe(3)
  // Whoever commits deletes what was replaced; the next look must not need it.
  await rm(path(second.find((f) => f.key)!.key!))
  const third = await staged([1])
  await third.table.dropDuplicates([])
  const [more] = await third.table.encode()
  await table.dropDuplicates([more!.path])
  expect(await rowsOf(table)).toBe(2)
})

test('what was never offered to a commit is deleted', async () => {
  const { table, path, results } = await staged([1], [2])
  await table.dropDuplicates([])
  await table.discard()
  const keys = results.flatMap((r) => r.files.map((f) => f.key))
  expect(keys.map((key) => existsSync(path(key)))).toEqual([false, false])
})

test('with duplicates kept, nothing is brought here', async () => {
  const { table } = await staged([1, 2], [2])
  const data = await table.encode()
  expect(data.map((f) => [f.key !== undefined, existsSync(f.path)])).toEqual([
    [true, false],
    [true, false],
  ])
})
