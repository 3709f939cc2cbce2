import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trailBytes, trailRecord } from '../../../../test/support/collect-logs.js'
import { openStore } from '../../../storage/open.js'
import type { TaskOrder, TaskPointer } from './messages.js'
import { runTask } from './run-task.js'

let root: string
let pointer: TaskPointer
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headrig-task-'))
  pointer = { work: 'read', lake: join(root, 'lake'), s3: {}, folder: '_headrig/staging/x/' }
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function put(name: string, bytes: Uint8Array): Promise<TaskOrder['objects'][number]> {
  const localPath = join(root, name)
  await writeFile(localPath, bytes)
  return { uri: `file://${localPath}`, key: name, size: bytes.length, localPath }
}

async function order(task: number, objects: TaskOrder['objects']): Promise<void> {
  const rest = { format: 'auto', keepDuplicates: false, arenaBytes: 8 << 20 }
  const whole: TaskOrder = { objects, ...rest, ingestedAt: '2024-01-16T00:00:00.000Z' }
  const key = `${pointer.folder}task-${task}.json`
  await openStore(pointer.lake).put(key, Buffer.from(JSON.stringify(whole)))
}

const never = (): void => expect.unreachable('the order is there')

test('leaves data files where their table has them, and rejects beside its order', async () => {
  const trail = trailBytes([trailRecord(1), trailRecord(2), trailRecord(1)])
  const broken = gzipSync(Buffer.from(trail)).subarray(0, 40)
  await order(1, [
    await put('a.json.gz', trail),
    await put('b.json.gz', broken),
    { uri: `file://${root}/gone`, key: 'gone', size: 9, localPath: join(root, 'gone') },
  ])
  const first = await runTask(pointer, 1, await mkdtemp(join(root, 's-')), never)
  expect(first.outcomes).toMatchObject([
    { index: 0, format: 'aws_cloudtrail', rows: 2, repeats: 1, rejected: 0, state: 'done' },
    { index: 1, rows: 0, rejected: 1, state: 'done' },
    { index: 2, rows: 0, state: 'failed', failure: 'not-found' },
  ])
  expect(first.files).toMatchObject([
    { formatId: 'aws_cloudtrail', day: '2024-01-15', stats: { numRecords: 2 } },
  ])
  const [file] = first.files
  expect(file?.key).toMatch(/^tables\/aws_cloudtrail\/event_day=2024-01-15\/part-[^/]+\.parquet$/)
  expect(await readFile(join(pointer.lake, file?.key ?? ''))).toHaveLength(file?.size ?? 0)
  const [rejects] = first.rejects
  const told = await readFile(join(pointer.lake, rejects?.key ?? ''), 'utf8')
  expect(JSON.parse(told)).toMatchObject({ source_object: `file://${root}/b.json.gz` })
  // Run again, it gets in nobody's way.
  const again = await runTask(pointer, 1, await mkdtemp(join(root, 's-')), never)
  expect(again.files[0]?.key).not.toBe(file?.key)
  expect(again.rejects[0]?.key).not.toBe(rejects?.key)
  expect(again.outcomes).toEqual(first.outcomes)
})

test('a machine that does not see the lake says so', async () => {
  const scratch = await mkdtemp(join(root, 's-'))
  await expect(
    runTask({ ...pointer, lake: '/nowhere/lake' }, 1, scratch, never),
  ).rejects.toMatchObject({
    kind: 'invalid',
    message: expect.stringContaining('does not see the lake at /nowhere/lake') as unknown,
  })
})
