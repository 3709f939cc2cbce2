import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AddFile } from './add-file.js'
import { planCompaction } from './compaction.js'

const MIB = 2 ** 20

function files(sizes: readonly number[], day = '2024-01-15'): AddFile[] {
  return sizes.map((size, i) => {
    const add = {
      path: `event_day=${day}/${i}.parquet`,
      partitionValues: { event_day: day },
      size,
      modificationTime: 0,
      dataChange: true,
      stats: JSON.stringify({ numRecords: 1, minValues: { time: `${day}T00:00:${10 + i}Z` } }),
    }
    return new AddFile(add, 'file:///t', add.partitionValues)
  })
}

const groupsOf = (list: readonly AddFile[]) =>
  planCompaction({
    async *eachFile() {
      yield* list
    },
  })
const plan = async (list: readonly AddFile[]) =>
  (await groupsOf(list)).map((g) => g.files.map((f) => f.size))

test('small files of a day are merged, in order of time; large ones are left alone', async () => {
  expect(await plan(files([3 * MIB, 100 * MIB, MIB, 2 * MIB]))).toEqual([[3 * MIB, MIB, 2 * MIB]])
  expect(await plan([...files([MIB, MIB]), ...files([MIB, MIB, MIB], '2024-01-16')])).toEqual([
    [MIB, MIB],
    [MIB, MIB, MIB],
  ])
  expect(await plan(files([MIB]))).toEqual([])
})

test('a file is not copied for the sake of little', async () => {
  expect(await plan(files([40 * MIB, 1000, 2000, 1500]))).toEqual([[1000, 2000, 1500]])
  expect(await plan(files([40 * MIB, 5 * MIB, 5 * MIB]))).toEqual([[40 * MIB, 5 * MIB, 5 * MIB]])
})

test('files that keep arriving: the work ends each time, and few files and copies remain', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3 * MIB }), { minLength: 1, maxLength: 200 }),
      async (sizes) => {
        let sizesNow: number[] = []
        let copied = 0
        for (const size of sizes) {
          sizesNow.push(size)
          for (let rounds = 0; ; rounds++) {
            const list = files(sizesNow)
            const groups = await groupsOf(list)
            if (groups.length === 0) break
            expect(rounds).toBe(0)
            const gone = new Set(groups.flatMap((g) => g.files))
            copied += groups.reduce((sum, g) => sum + g.bytes, 0)
            sizesNow = [
              ...list.filter((f) => !gone.has(f)).map((f) => f.size),
              ...groups.flatMap((g) => cut(g.bytes)),
            ]
          }
        }
        const total = sizes.reduce((a, b) => a + b, 0)
        // Merged whenever there is anything, at every file: still each byte is copied a few times only.
        expect(copied).toBeLessThanOrEqual(total * 16)
        expect(sizesNow.filter((s) => s < 64 * MIB).length).toBeLessThanOrEqual(14)
      },
    ),
    { numRuns: 40 },
  )
})

function cut(bytes: number): number[] {
  return bytes > 128 * MIB ? [128 * MIB, ...cut(bytes - 128 * MIB)] : [bytes]
}
