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
  const batch = new BatchResult()
  batch.add(3, result({ rejects: [{ key: 'b', size: 1 }] }))
  batch.add(0, result({ rejects: [{ key: 'a', size: 1 }] }))
  expect(batch.outcomes.map((o) => o.index)).toEqual([4, 1])
  expect(batch.rejects.map((r) => r.key)).toEqual(['b', 'a'])
  expect(batch.detected).toEqual([{ format: 't', reason: 'name', objects: 4 }])
})

test('only a task that had the whole batch knows which ids may repeat', () => {
  const alone = new BatchResult()
  alone.add(0, result())
  expect(alone.suspects).toEqual({ t: [] })
  const two = new BatchResult()
  two.add(0, result())
  two.add(1, result())
  expect(two.suspects).toEqual({})
})

test('an object that crashes its tasks is a failure of its own', () => {
  const batch = new BatchResult()
  batch.add(0, result())
  batch.fail(5, 'it ends its task')
  expect(batch.outcomes[1]).toMatchObject({ index: 5, state: 'failed', error: 'it ends its task' })
  expect(batch.suspects).toEqual({ t: [] })
})
