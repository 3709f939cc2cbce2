import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import { DuckDbConverter } from '../../src/engines/duckdb/converter.js'
import { type DuckDbEngine, openDuckDb } from '../../src/engines/duckdb/open.js'
import type { ConvertedBatch, ConvertRequest, SourceObject } from '../../src/engines/engine.js'
import { SparkConverter } from '../../src/engines/spark/convert/converter.js'
import { taskProgram } from '../../src/engines/spark/convert/task-program.js'
import { openStore } from '../../src/storage/open.js'
import { trailBytes, trailRecord } from '../support/collect-logs.js'
import { BINARY } from '../support/launch.js'
import { startSpark } from '../support/spark.js'
import { taskProcesses } from '../support/spark-collect.js'

// Tasks that hang until they are told to go on read a pipe in an object's place.

const server = existsSync(BINARY) ? await startSpark({ master: 'local[2,4]' }) : undefined

let root: string
let engine: DuckDbEngine
let folders = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headrig-spark-tasks-'))
  engine = await openDuckDb({
    memoryLimitBytes: 1 << 29,
    threads: 1,
    tempFolder: join(root, 'spill'),
  })
})
afterAll(async () => {
  await server?.stop()
  engine.close()
  await rm(root, { recursive: true, force: true })
})

function object(name: string, size: number): SourceObject {
  const localPath = join(root, name)
  return { uri: `file://${localPath}`, key: name, size, localPath }
}

async function trail(name: string, from: number): Promise<SourceObject> {
  const bytes = trailBytes([1, 2, 3].map((n) => trailRecord(from + n)))
  await writeFile(join(root, name), bytes)
  return object(name, bytes.length)
}

async function requestOf(
  objects: readonly SourceObject[],
  more: Partial<ConvertRequest> = {},
): Promise<ConvertRequest> {
  const folder = join(root, `batch-${folders++}`)
  await mkdir(folder)
  return {
    objects,
    fetch: () => Promise.reject(new Error('objects lie here')),
    format: 'auto',
    folder,
    ingestedAt: new Date('2024-01-16T00:00:00Z'),
    keepDuplicates: false,
    signal: new AbortController().signal,
    ...more,
  }
}

function converter(lake: string): SparkConverter {
  return new SparkConverter({
    connect: { url: server!.url },
    program: taskProgram(undefined, undefined),
    store: openStore(join(root, lake)),
    s3: {},
    engine,
    logger: silentLogger,
    group: { bytes: 1 << 20, objects: 1 },
  })
}

async function rowsOf(batch: ConvertedBatch): Promise<number> {
  let rows = 0
  for (const table of batch.tables) {
    await table.dropDuplicates([])
    for (const { stats } of await table.encode()) rows += stats.numRecords
  }
  return rows
}

/** Waits until one task is left for a second: the one that hangs at its pipe. */
async function hanging(): Promise<number> {
  let [last, since] = [0, Date.now()]
  for (let i = 0; i < 600; i++) {
    const [pid = 0, ...others] = taskProcesses(server!)
    if (others.length > 0 || pid !== last || pid === 0) [last, since] = [pid, Date.now()]
    else if (Date.now() - since > 1000) return pid
    await setTimeout(50)
  }
  throw new Error(`no task hangs: ${await server!.log()}`)
}

describe.skipIf(!server)('tasks', { timeout: 120_000 }, () => {
  test('a lost object is an outcome, whoever reads', async () => {
    const objects = [
      await trail('a.json.gz', 0),
      object('gone.json.gz', 9),
      await trail('b.json.gz', 10),
    ]
    const progress: unknown[] = []
    const request = await requestOf(objects, { onProgress: (done) => progress.push(done) })
    const there = await converter('lost').convert(request)
    const own = new DuckDbConverter(engine, { threads: 1, arenaBytes: 8 << 20 })
    const here = await own.convert(await requestOf(objects))
    await own.close()
    const byIndex = (batch: ConvertedBatch): unknown =>
      batch.outcomes.toSorted((x, y) => x.index - y.index)
    expect(byIndex(there)).toEqual(byIndex(here))
    expect(there.outcomes[1]).toMatchObject({ state: 'failed', failure: 'not-found' })
    expect(progress).toHaveLength(3)
    expect(await rowsOf(there)).toBe(6)
  })

  test('a task that is killed in the middle is run again', async () => {
    const pipe = object('pipe', 100)
    execFileSync('mkfifo', [join(root, 'pipe')])
    const objects = [await trail('c.json.gz', 20), pipe]
    const converting = converter('killed').convert(await requestOf(objects))
    const pid = await hanging()
    await trail('ready', 30)
    await rename(join(root, 'ready'), join(root, 'pipe'))
    process.kill(pid, 'SIGKILL')
    const batch = await converting
    expect(batch.outcomes).toMatchObject([
      { index: 0, rows: 3 },
      { index: 1, rows: 3 },
    ])
    expect(await rowsOf(batch)).toBe(6)
  })

  test('a batch that nobody wants any more ends, and its tasks with it', async () => {
    execFileSync('mkfifo', [join(root, 'never')])
    const abort = new AbortController()
    const objects = [object('never', 100)]
    const converting = converter('cancelled').convert(
      await requestOf(objects, { signal: abort.signal }),
    )
    const ended = converting.catch((error: unknown) => error)
    await hanging()
    const reason = new Error('enough')
    abort.abort(reason)
    expect(await ended).toBe(reason)
    for (let i = 0; i < 100 && taskProcesses(server!).length > 0; i++) await setTimeout(50)
    expect(taskProcesses(server!)).toEqual([])
  })
})
