import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryStore } from '../storage/memory.js'
import { add, COLUMNS, deltaTools, watched, type DeltaTools } from '../../test/support/delta.js'
import type { Action } from './actions.js'
import { removeAction } from './add-file.js'
import { createTableActions } from './create.js'
import { openLake, type Lake } from './lake.js'
import type { Snapshot } from './snapshot.js'

let tools: DeltaTools
beforeAll(async () => {
  tools = await deltaTools()
})
afterAll(() => tools.close())

interface Model {
  readonly files: ReadonlyMap<string, number>
  readonly txns: ReadonlyMap<string, number>
}

type Step =
  | {
      readonly kind: 'commit'
      readonly adds: readonly [number, number][]
      readonly removes: readonly number[]
      readonly app: number
    }
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'reopen' }

const file = fc.nat({ max: 11 })
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('commit' as const),
        adds: fc.array(fc.tuple(file, fc.integer({ min: 1, max: 999 })), { maxLength: 4 }),
        removes: fc.array(file, { maxLength: 3 }),
        app: fc.nat({ max: 2 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('checkpoint' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  ),
  { maxLength: 30, size: 'max' },
)
const pathOf = (n: number): string => `event_day=2024-01-${10 + (n % 3)}/${n} é.parquet`

async function play(lake: Lake, model: Model, step: Step & { kind: 'commit' }): Promise<Model> {
  const files = new Map(model.files)
  const gone = new Set(step.removes.map(pathOf).filter((p) => files.has(p)))
  const come = new Map(step.adds.map(([n, size]) => [pathOf(n), size] as const))
  for (const path of gone) come.delete(path)
  const app = `app-${step.app}`
  const next = (model.txns.get(app) ?? 0) + 1
  const outcome = await lake.table('t').commit({
    operation: 'WRITE',
    txn: { appId: app, version: next },
    build: async (snapshot) => {
      const actions: Action[] = snapshot ? [] : [...createTableActions(COLUMNS, ['event_day'])]
      for (const path of gone) actions.push(removeAction((await snapshot!.file(path))!, true))
      for (const [path, size] of come) actions.push(add(path, { size, day: path.slice(10, 20) }))
      return actions
    },
  })
  expect(outcome.committed).toBe(true)
  for (const path of gone) files.delete(path)
  for (const [path, size] of come) files.set(path, size)
  return { files, txns: new Map(model.txns).set(app, next) }
}

async function expectLike(lake: Lake, model: Model, version: number, old = false): Promise<void> {
  const snapshot = (await lake.table('t').snapshot({ version }))!
  expect(snapshot.version).toBe(version)
  const files = await snapshot.files()
  expect(files).toHaveLength(model.files.size)
  expect(new Map(files.map((f) => [f.path, f.size]))).toEqual(model.files)
  const bytes = [...model.files.values()].reduce((a, b) => a + b, 0)
  expect(await snapshot.totals()).toEqual({ files: model.files.size, bytes })
  if (old) return
  const asked = ['never', ...Array.from({ length: 12 }, (_, n) => pathOf(n))]
  const there = asked.filter((path) => model.files.has(path))
  expect([...(await snapshot.present(asked))].toSorted()).toEqual(there.toSorted())
  for (const n of [0, 1, 2]) expect(snapshot.txn(`app-${n}`)).toBe(model.txns.get(`app-${n}`))
}

test('a table is what a naive replay of its commits says, at every version', async () => {
  let longest = 0
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const store = memoryStore()
      let lake = openLake(store, tools.io)
      const models: Model[] = []
      for (const step of sequence) {
        if (step.kind === 'reopen') lake = openLake(store, tools.io)
        else if (step.kind === 'checkpoint') await lake.table('t').checkpoint()
        else {
          models.push(
            await play(lake, models.at(-1) ?? { files: new Map(), txns: new Map() }, step),
          )
          await expectLike(lake, models.at(-1)!, models.length - 1)
        }
      }
      longest = Math.max(longest, models.length)
      const fresh = openLake(store, tools.io)
      for (const [version, model] of models.entries()) {
        if (version % 3 === 0) await expectLike(fresh, model, version, true)
      }
    }),
    { numRuns: 10 },
  )
  expect(longest).toBeGreaterThan(10)
}, 120_000)

const paths = async (snapshot: Snapshot): Promise<string[]> =>
  [...(await snapshot.present())].toSorted()

test('a kill at any call leaves the old or the new version, and the txn tells which', async () => {
  const write = async (lake: Lake): Promise<void> => {
    for (let i = 0; i < 12; i++) {
      await lake.table('t').commit({
        operation: 'WRITE',
        txn: { appId: 'lane', version: i },
        build: async (snapshot) => [
          ...(snapshot ? [] : createTableActions(COLUMNS, ['event_day'])),
          ...(i > 0 && i % 3 === 0
            ? [removeAction((await snapshot!.file(`f${i - 1}`))!, false)]
            : []),
          add(`f${i}`),
        ],
      })
    }
  }
  const kept = [0, 1, 3, 4, 6, 7, 9, 10, 11].map((i) => `f${i}`).toSorted()
  for (const when of ['before', 'after'] as const) {
    let killed = true
    let at = 0
    while (killed) {
      at++
      let calls = 0
      killed = false
      const kill = (): void => {
        if (++calls < at) return
        killed = true
        throw new Error('killed')
      }
      const store = memoryStore()
      const mortal = when === 'before' ? watched(store, kill) : watched(store, () => {}, kill)
      await write(openLake(mortal, tools.io)).catch((error: unknown) => {
        if (String(error) !== 'Error: killed') throw error
      })
      const after = await openLake(store, tools.io).table('t').snapshot()
      const done = after?.txn('lane')
      expect(done).toBe(after?.version)
      expect((await after?.file(`f${done ?? 0}`)) !== undefined).toBe(after !== undefined)
      await write(openLake(store, tools.io))
      const whole = (await openLake(store, tools.io).table('t').snapshot())!
      expect(whole.version).toBe(11)
      expect(await paths(whole)).toEqual(kept)
    }
    expect(at).toBeGreaterThan(12)
  }
}, 60_000)
