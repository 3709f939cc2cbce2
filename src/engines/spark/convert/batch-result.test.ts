import { expect, test } from 'vitest'
import { BatchResult } from './batch-result.js'
import type { TaskResult } from './messages.js'

function result(more: Partial<TaskResult> = {}): TaskResult {
  const outcome = {
    index: 1,
    format: 't',
    rows: 2,
    repeats: 0,
    rejected: 0,
    state: 'done',
  } as const
  const detected = [{ format: 't', reason: 'name', objects: 2 }]
  return { outcomes: [outcome], detected, suspects: { t: [] }, files: [], rejects: [], ...more }
}

test('objects get their number in the batch, whichever task answers first', () => {
  const batch = new BatchResult([
    { from: 0, to: 3 },
    { from: 3, to: 9 },
  ])
  batch.add(1, result({ rejects: [{ key: 'b', size: 1 }] }))
  batch.add(0, result({ rejects: [{ key: 'a', size: 1 }] }))
  expect(batch.outcomes.map((o) => o.index)).toEqual([4, 1])
  expect(batch.rejects.map((r) => r.key)).toEqual(['b', 'a'])
  expect(batch.detected).toEqual([{ format: 't', reason: 'name', objects: 4 }])
})

test('only a task that had the whole batch knows which ids may repeat', () => {
  const alone = new BatchResult([{ from: 0, to: 2 }])
  alone.add(0, result())
  expect(alone.suspects).toEqual({ t: [] })
  const two = new BatchResult([
    { from: 0, to: 1 },
    { from: 1, to: 2 },
  ])
  two.add(0, result())
  two.add(1, result())
  expect(two.suspects).toEqual({})
})
