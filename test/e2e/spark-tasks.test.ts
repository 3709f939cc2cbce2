import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DuckDbConverter } from '../../src/engines/duckdb/converter.js'
import { type DuckDbEngine, openDuckDb } from '../../src/engines/duckdb/open.js'
import type { ConvertedBatch } from '../../src/engines/engine.js'
import { BINARY } from '../support/launch.js'
import { writeFussyNode } from '../support/spark-collect.js'
import { startSpark } from '../support/spark.js'
import { committedRows, hangingTask, TaskPlace, taskProcesses } from '../support/spark-tasks.js'

// Tasks that hang until they are told to go on read a pipe in an object's place.

const server = existsSync(BINARY) ? await startSpark({ master: 'local[2,4]' }) : undefined

let root: string
let engine: DuckDbEngine
let place: TaskPlace
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headrig-spark-tasks-'))
  place = new TaskPlace(root)
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

describe.skipIf(!server)('tasks', { timeout: 120_000 }, () => {
  test('a lost object is an outcome, whoever reads', async () => {
    const objects = [
      await place.trail('a.json.gz', 0),
      place.object('gone.json.gz', 9),
      await place.trail('b.json.gz', 10),
    ]
    const progress: unknown[] = []
    const request = await place.request(objects, { onProgress: (done) => progress.push(done) })
    const there = await place.converter(server!.url, 'lost', engine).convert(request)
    const own = new DuckDbConverter(engine, { threads: 1, arenaBytes: 8 << 20 })
    const here = await own.convert(await place.request(objects))
    await own.close()
    const byIndex = (batch: ConvertedBatch): unknown =>
      batch.outcomes.toSorted((x, y) => x.index - y.index)
    expect(byIndex(there)).toEqual(byIndex(here))
    expect(there.outcomes[1]).toMatchObject({ state: 'failed', failure: 'not-found' })
    expect(progress).toHaveLength(3)
    expect(await committedRows(there)).toBe(6)
  })

  test('a task that is killed in the middle is run again', async () => {
    const pipe = place.object('pipe', 100)
    execFileSync('mkfifo', [join(root, 'pipe')])
    const objects = [await place.trail('c.json.gz', 20), pipe]
    const converting = place
      .converter(server!.url, 'killed', engine)
      .convert(await place.request(objects))
    const pid = await hangingTask([server!.pid!])
    await place.trail('ready', 30)
    await rename(join(root, 'ready'), join(root, 'pipe'))
    process.kill(pid, 'SIGKILL')
    const batch = await converting
    expect(batch.outcomes).toMatchObject([
      { index: 0, rows: 3 },
      { index: 1, rows: 3 },
    ])
    expect(await committedRows(batch)).toBe(6)
  })

  test('an object that crashes its task is named, and the others are read', async () => {
    const node = await writeFussyNode(join(root, 'fussy-node'), 'poison')
    const names = ['p', 'poison', 'q', 'r', 's']
    const objects = await Promise.all(
      names.map((name, i) => place.trail(`${name}.json.gz`, 40 + i * 10)),
    )
    const progress: number[] = []
    const batch = await place
      .converter(server!.url, 'poisoned', engine, { node, objects: 3 })
      .convert(await place.request(objects, { onProgress: (done) => progress.push(done.objects) }))
    const outcomes = batch.outcomes.toSorted((a, b) => a.index - b.index)
    expect(outcomes.map((o) => [o.state, o.rows])).toEqual([
      ['done', 3],
      ['failed', 0],
      ['done', 3],
      ['done', 3],
      ['done', 3],
    ])
    expect(outcomes[1]).toMatchObject({
      failure: 'internal',
      error: expect.stringMatching(/ends the task on spark.*try --engine duckdb$/) as unknown,
    })
    expect(progress.reduce((a, b) => a + b)).toBe(5)
    expect(await committedRows(batch)).toBe(12)
  })

  test('a batch that nobody wants any more ends, and its tasks with it', async () => {
    execFileSync('mkfifo', [join(root, 'never')])
    const abort = new AbortController()
    const objects = [place.object('never', 100)]
    const converting = place
      .converter(server!.url, 'cancelled', engine)
      .convert(await place.request(objects, { signal: abort.signal }))
    const ended = converting.catch((error: unknown) => error)
    await hangingTask([server!.pid!])
    const reason = new Error('enough')
    abort.abort(reason)
    expect(await ended).toBe(reason)
    for (let i = 0; i < 100 && taskProcesses([server!.pid!]).length > 0; i++) await setTimeout(200)
    expect(taskProcesses([server!.pid!])).toEqual([])
  })
})
