import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LakeContext } from '../../src/app/context.js'
import { compact, vacuum, verify } from '../../src/app/maintain.js'
import { fileFacts, fillDays, january, storedFiles } from '../support/compact-lake.js'
import { startCompact } from '../support/collect-process.js'
import { countFiles } from '../support/delta.js'
import { testContext } from '../support/lake.js'
import { BINARY } from '../support/launch.js'
import { startS3Server } from '../support/s3-server.js'
import { startSpark } from '../support/spark.js'
import { writeFlakyNode } from '../support/spark-collect.js'
import { taskProcesses } from '../support/spark-tasks.js'

/** More than one commit's. */
const DAYS = january(18)

const s3 = existsSync(BINARY) ? await startS3Server() : undefined
if (s3) {
  // Executors take the credentials of their node.
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  })
}
const server = existsSync(BINARY) ? await startSpark({ master: 'local[2,4]' }) : undefined

let root: string
/** What a lake of many days is compacted to in one process. */
let many: readonly string[]
const opened: LakeContext[] = []

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headrig-spark-compact-'))
  const source = await lakeAt('many')
  await fillDays(source, { days: DAYS, files: 2, rows: 40 })
  const here = await copyOf('many', 'many-here', { engine: 'duckdb' })
  await compact({}, here)
  many = await fileFacts(here)
})
afterAll(async () => {
  for (const context of opened) await context.close()
  await server?.stop()
  await s3?.stop()
  await rm(root, { recursive: true, force: true })
})

async function lakeAt(
  name: string,
  flags: Readonly<Record<string, string>> = {},
  effects: Partial<LakeContext> = {},
): Promise<LakeContext> {
  const lake = name.startsWith('s3:') ? name : join(root, name)
  const context = await testContext(lake, { memory: '512MiB', threads: '2', ...flags }, effects)
  opened.push(context)
  return context
}

async function copyOf(
  from: string,
  to: string,
  flags: Readonly<Record<string, string>>,
  effects: Partial<LakeContext> = {},
): Promise<LakeContext> {
  await cp(join(root, from), join(root, to), { recursive: true })
  return lakeAt(to, flags, effects)
}

const onSpark = (): Record<string, string> => ({ engine: 'spark', sparkUrl: server!.url })

/** The files are those of the embedded engine, and all rows are there. */
async function expectWhole(context: LakeContext): Promise<void> {
  expect(await fileFacts(context)).toEqual(many)
  expect((await verify({ deep: true }, context)).findings).toEqual([])
}

describe.skipIf(!server)('compacting on Spark', { timeout: 240_000 }, () => {
  test('gives the files of the embedded engine, byte for byte, with their statistics', async () => {
    const source = await lakeAt('mixed')
    // Rows without a time, rows that are copied, rows that are sorted, columns that come and never come.
    await fillDays(source, { days: [null, '2024-02-01'], files: 3, rows: 100 })
    await fillDays(source, { days: ['2024-02-02'], files: 5, rows: 90_000 })
    const here = await copyOf('mixed', 'mixed-here', { engine: 'duckdb' })
    const there = await copyOf('mixed', 'mixed-there', onSpark())
    for (const options of [{ targetBytes: 1 << 20 }, {}]) {
      const expected = await compact(options, here)
      const { tables } = await compact(options, there)
      expect(tables).toEqual(expected.tables)
      expect(await fileFacts(there)).toEqual(await fileFacts(here))
    }
    expect(await there.lake.table('t').history(1)).toMatchObject([{ operation: 'OPTIMIZE' }])
    expect((await verify({ deep: true }, there)).findings).toEqual([])
    expect((await compact({}, there)).tables).toMatchObject([{ filesBefore: 0 }])
    const staging = join(root, 'mixed-there', '_headrig', 'staging')
    const left = await readdir(staging, { recursive: true }).catch(() => [])
    expect(left.filter((name) => name.includes('task-'))).toEqual([])
  })

  test.skipIf(!s3)('in a bucket', async () => {
    await s3!.createBucket('lakes')
    const flags = { s3Endpoint: s3!.endpoint, s3Region: s3!.region }
    const remote = await lakeAt('s3://lakes/compacted', { ...flags, ...onSpark() })
    const local = await lakeAt('many')
    for await (const { key } of local.store.list('tables/t/'))
      await remote.store.put(key, await local.store.get(key))
    const { tables } = await compact({}, remote)
    expect(tables).toMatchObject([{ filesBefore: 2 * DAYS.length, filesAfter: DAYS.length }])
    expect(await fileFacts(remote)).toEqual(many)
  })

  test('an attempt whose answer Spark does not take leaves files that vacuum finds', async () => {
    const sparkNode = await writeFlakyNode(join(root, 'flaky-node'))
    const context = await copyOf('many', 'flaky', { ...onSpark(), sparkNode })
    await compact({}, context)
    expect(existsSync(`${sparkNode}.died`)).toBe(true)
    await expectWhole(context)
    // The files before, the files after, and what the lost attempt left.
    expect(await storedFiles(context)).toHaveLength(3 * DAYS.length + 1)
    await vacuum({ olderThanMs: 0, force: true }, context)
    expect(await storedFiles(context)).toHaveLength(DAYS.length)
    await expectWhole(context)
  })

  test('a driver that is killed loses what is not committed, and the next goes on', async () => {
    const first = await copyOf('many', 'counted', {})
    const job = { compacting: {}, flags: onSpark() }
    const { operations = 0 } = await startCompact({ lake: first.lakeUri, ...job }).ended
    await expectWhole(first)
    for (const [i, share] of [0.2, 0.5, 0.75, 0.95].entries()) {
      const context = await copyOf('many', `killed-${i}`, { engine: 'duckdb' })
      const operation = Math.ceil(operations * share)
      const dieAt = { operation, when: i % 2 ? ('after' as const) : ('before' as const) }
      const { signal } = await startCompact({ lake: context.lakeUri, ...job, dieAt }).ended
      expect(signal, `operation ${operation} of ${operations}`).toBe('SIGKILL')
      const rows = (await verify({ deep: true }, context)).tables.map((t) => t.rows)
      expect(rows).toEqual([2 * 40 * DAYS.length])
      if (i % 2) await compact({}, context)
      else expect((await startCompact({ lake: context.lakeUri, ...job }).ended).code).toBe(0)
      await expectWhole(context)
    }
  })

  test('a damaged file fails by name, the others are merged', async () => {
    const context = await copyOf('many', 'damaged', onSpark())
    const [file] = await (await context.lake.table('t').snapshot())!.files([
      { column: 'event_day', op: '=', values: ['2024-01-02'] },
    ])
    const path = context.store.localPath(`tables/t/${file!.path}`)!
    await writeFile(path, 'PAR1 no more PAR1')
    await expect(compact({}, context)).rejects.toThrow(file!.path)
    expect(await countFiles(context.lake.table('t'))).toBe(DAYS.length + 1)
  })

  test('one that nobody wants any more ends, and its tasks with it', async () => {
    const stop = new AbortController()
    const sparkNode = join(root, 'slow-node')
    await writeFile(sparkNode, `#!/bin/sh\nsleep 1\nexec '${process.execPath}' "$@"\n`, {
      mode: 0o755,
    })
    const context = await copyOf(
      'many',
      'stopped',
      { ...onSpark(), sparkNode },
      { signal: stop.signal },
    )
    const ended = compact({}, context).catch((error: unknown) => error)
    for (let i = 0; i < 300 && taskProcesses([server!.pid!]).length === 0; i++)
      await setTimeout(100)
    stop.abort(new Error('enough'))
    expect(await ended).toEqual(new Error('enough'))
    for (let i = 0; i < 100 && taskProcesses([server!.pid!]).length > 0; i++) await setTimeout(200)
    expect(taskProcesses([server!.pid!])).toEqual([])
    expect(await countFiles(context.lake.table('t'))).toBe(2 * DAYS.length)
  })

  test('auto merges little in this process, and says so', async () => {
    const lines: string[] = []
    const info = (line: string): void => void lines.push(line)
    const context = await copyOf(
      'many',
      'auto',
      { sparkUrl: server!.url },
      { logger: { debug: info, info, warn: info } },
    )
    await compact({}, context)
    expect(lines).toContainEqual(expect.stringMatching(/^compacting t in this process: .* 8 GiB$/))
    await expectWhole(context)
  })

  test('without a server: named errors, nothing is left', async () => {
    const context = await copyOf('many', 'nothing', { engine: 'spark' })
    await expect(compact({}, context)).rejects.toMatchObject({ kind: 'invalid' })
    const gone = await lakeAt('nothing', { engine: 'spark', sparkUrl: 'sc://127.0.0.1:1' })
    await expect(compact({}, gone)).rejects.toMatchObject({ kind: 'unavailable' })
    expect(await storedFiles(context)).toHaveLength(2 * DAYS.length)
  })
})
