import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LakeContent, ledgerFacts, readLake } from '../support/collect-lake.js'
import { type LogSet, mixedLogs, writeLogs } from '../support/collect-logs.js'
import { type CollectJob, collectInProcess, startCollect } from '../support/collect-process.js'
import { random } from '../support/collect-random.js'

const BATCH = { bytes: 1 << 20, objects: 5 }

let root: string
let logs: LogSet
let source: string
let reference: LakeContent
let workMs: number

const jobFor = (lake: string, from = source): CollectJob => ({
  lake,
  options: { uris: [from], format: 'auto', batch: BATCH },
})

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headrig-together-'))
  source = join(root, 'source')
  logs = mixedLogs(11, 40, 14)
  await writeLogs(source, logs.objects)
  const child = startCollect(jobFor(join(root, 'reference')))
  await child.started
  const started = Date.now()
  await child.ended
  workMs = Date.now() - started
  reference = await readLake(join(root, 'reference'))
}, 60_000)
afterAll(() => rm(root, { recursive: true, force: true }))

function expectSame(content: LakeContent, hint: string): void {
  expect(content.tables, hint).toEqual(reference.tables)
  expect(ledgerFacts(content.ledger), hint).toEqual(ledgerFacts(reference.ledger))
}

describe('collectors at once on one lake', () => {
  test.each([2, 4])('%i of them share the work', { timeout: 120_000 }, async (count) => {
    for (let round = 0; round < 2; round++) {
      const lake = join(root, `shared-${count}-${round}`)
      const outcomes = await Promise.all(
        Array.from({ length: count }, () => collectInProcess(jobFor(lake))),
      )
      const content = await readLake(lake)
      expectSame(content, `round ${round}`)
      const objects = outcomes.map(({ summary }) => summary.objects)
      expect(objects.reduce((a, b) => a + b)).toBe(logs.objects.length)
      expect(new Set(content.ledger.map((e) => e.batch.split('/')[0])).size).toBeGreaterThan(1)
    }
  })

  test('a record that both find is there once', { timeout: 120_000 }, async () => {
    for (let round = 0; round < 2; round++) {
      const lake = join(root, `copies-${round}`)
      const folders = ['one', 'two'].map((name) => join(root, `copies-${round}-${name}`))
      for (const folder of folders) await writeLogs(folder, logs.objects)
      const outcomes = await Promise.all(folders.map((f) => collectInProcess(jobFor(lake, f))))
      const content = await readLake(lake)
      expect(content.tables, `round ${round}`).toEqual(reference.tables)
      expect(content.ledger).toHaveLength(2 * logs.objects.length)
      const rows = Object.values(reference.tables).reduce((sum, t) => sum + t.length, 0)
      const total = (name: 'rows' | 'duplicates'): number =>
        content.ledger.reduce((sum, e) => sum + e[name], 0)
      expect(total('rows')).toBe(rows)
      expect(total('duplicates')).toBe(2 * (logs.records + logs.flows) - rows)
      // Both had work, or this proves little.
      for (const { summary } of outcomes) expect(summary.objects).toBe(logs.objects.length)
    }
  })

  test('the survivor finishes what the killed one left', { timeout: 120_000 }, async () => {
    const dice = random()
    let adopted = 0
    for (let round = 0; round < 4; round++) {
      const lake = join(root, `survivor-${round}`)
      const hint = `seed ${dice.seed}, round ${round}`
      const victim = startCollect(jobFor(lake))
      await victim.started
      const survivor = startCollect(jobFor(lake))
      await survivor.started
      await setTimeout(dice.next() * workMs * 0.4)
      victim.kill('SIGKILL')
      const { signal } = await victim.ended
      expect((await survivor.ended).error, hint).toBeUndefined()
      if (signal === 'SIGKILL') adopted++
      expectSame(await readLake(lake), hint)
      const again = await collectInProcess(jobFor(lake))
      expect(again.summary, hint).toMatchObject({ objects: 0, unchanged: logs.objects.length })
    }
    expect(adopted).toBeGreaterThan(1)
  })
})
