import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mapLimit } from '../../src/core/concurrency.js'
import { type LakeContent, ledgerFacts, readLake, rejectFacts } from '../support/collect-lake.js'
import { type LogSet, mixedLogs, writeLogs } from '../support/collect-logs.js'
import { type CollectJob, collectInProcess, startCollect } from '../support/collect-process.js'
import { random } from '../support/collect-random.js'

/** Small batches: many commits, many places to die. */
const BATCH = { bytes: 1 << 20, objects: 6 }
/** Kills at random instants; more with HEADRIG_TEST_KILLS. */
const KILLS = Number(process.env['HEADRIG_TEST_KILLS'] ?? 44)
const LONGEST_LIFE = 12

let root: string
let logs: LogSet
let source: string
/** Of uninterrupted runs: what the lake holds, how long it took, how often the store was asked. */
interface Reference {
  readonly content: LakeContent
  readonly workMs: number
  readonly operations: number
}
let dropping: Reference
/** Nothing but the transactions keeps a batch from being there twice. */
let keeping: Reference

const jobFor = (lake: string, keepDuplicates: boolean): CollectJob => ({
  lake,
  options: { uris: [source], format: 'auto', batch: BATCH, keepDuplicates },
})

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headrig-kill-'))
  source = join(root, 'source')
  logs = mixedLogs(7)
  await writeLogs(source, logs.objects)
  dropping = await runOnce('dropping', false)
  keeping = await runOnce('keeping', true)
}, 60_000)
afterAll(() => rm(root, { recursive: true, force: true }))

async function runOnce(name: string, keepDuplicates: boolean): Promise<Reference> {
  const lake = join(root, name)
  const child = startCollect(jobFor(lake, keepDuplicates))
  await child.started
  const started = Date.now()
  const { operations = 0 } = await child.ended
  return { workMs: Date.now() - started, operations, content: await readLake(lake) }
}

/** Each lake must be as if nothing had happened. */
function expectSame(content: LakeContent, expected: LakeContent, hint: string): void {
  expect(content.tables, hint).toEqual(expected.tables)
  expect(ledgerFacts(content.ledger), hint).toEqual(ledgerFacts(expected.ledger))
  expect(rejectFacts(content.rejects), hint).toEqual(rejectFacts(expected.rejects))
  const rows = content.ledger.reduce((sum, entry) => sum + entry.rows, 0)
  expect(rows, hint).toBe(Object.values(content.tables).reduce((sum, t) => sum + t.length, 0))
}

test('an uninterrupted run gives what the logs hold', () => {
  const { content: reference } = dropping
  const trails = reference.tables['aws_cloudtrail'] ?? []
  const ids = trails.map((row) => /\["event_id","([^"]+)"\]/.exec(row)?.[1])
  expect(new Set(ids)).toEqual(logs.ids)
  expect(ids).toHaveLength(logs.ids.size)
  expect(reference.tables['aws_vpc_flow']).toHaveLength(logs.flows)
  expect(reference.ledger.map((e) => e.uri)).toEqual(
    logs.objects.map((o) => `file://${source}/${o.key}`).toSorted(),
  )
  const copies = reference.ledger.reduce((sum, e) => sum + e.duplicates, 0)
  expect(copies).toBe(logs.records - logs.ids.size)
  expect(copies / logs.records).toBeGreaterThan(0.2)
  expect(new Set(reference.ledger.map((e) => e.batch)).size).toBeGreaterThan(8)
  expect(keeping.content.tables['aws_cloudtrail']).toHaveLength(logs.records)
})

describe('killed and started again, the lake ends the same', () => {
  test('at random instants', { timeout: 240_000 }, async () => {
    const dice = random()
    let kills = 0
    const life = async (number: number): Promise<void> => {
      const keepDuplicates = number % 2 === 1
      const { content, workMs } = keepDuplicates ? keeping : dropping
      const job = jobFor(join(root, `random-${number}`), keepDuplicates)
      const hint = `seed ${dice.seed}, lake ${number}`
      for (let birth = 0; birth < LONGEST_LIFE; birth++) {
        const child = startCollect(job)
        await child.started
        await setTimeout(dice.next() * workMs * 0.7)
        child.kill('SIGKILL')
        const { signal, error } = await child.ended
        expect(error, hint).toBeUndefined()
        if (signal !== 'SIGKILL') break
        kills++
      }
      await collectInProcess(job)
      expectSame(await readLake(job.lake), content, hint)
    }
    for (let lakes = 0; kills < KILLS; lakes += 2)
      await mapLimit([lakes, lakes + 1], 2, (number) => life(number))
    expect(kills).toBeGreaterThanOrEqual(KILLS)
  })

  test('at chosen operations of the store', { timeout: 240_000 }, async () => {
    const dice = random()
    const count = Math.ceil(KILLS / 3)
    await mapLimit(
      Array.from({ length: count }, (_, i) => i),
      2,
      async (i) => {
        const keepDuplicates = i % 2 === 1
        const { content, operations } = keepDuplicates ? keeping : dropping
        const operation = Math.ceil(((i + 1) * operations) / (count + 1))
        const job = jobFor(join(root, `operation-${i}`), keepDuplicates)
        const when = i % 4 < 2 ? 'before' : 'after'
        const second = dice.between(1, 30)
        const hint = `seed ${dice.seed}: ${when} operation ${operation}, then after ${second}`
        const first = await startCollect({ ...job, dieAt: { operation, when } }).ended
        expect(first.signal, hint).toBe('SIGKILL')
        // A restart may die as well.
        await startCollect({ ...job, dieAt: { operation: second, when: 'after' } }).ended
        await collectInProcess(job)
        expectSame(await readLake(job.lake), content, hint)
      },
    )
  })
})
