import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HeadrigError } from '../../../core/errors.js'
import { silentLogger } from '../../../core/logger.js'
import { groupsOf, type ObjectGroup } from './groups.js'
import { readGroups } from './read-groups.js'

const crashed = (crashedTask: number): HeadrigError =>
  new HeadrigError('unavailable', 'it crashed', { details: { crashedTask } })

interface Told {
  readonly read: number[]
  readonly poison: number[]
  statements: number
}

/** Reads objects of which some end their task; `luck` says which groups are done before Spark gives up. */
async function readAll(
  groups: readonly ObjectGroup[],
  poison: readonly number[],
  luck = (): boolean => true,
): Promise<Told> {
  const told: Told = { read: [], poison: [], statements: 0 }
  const isBad = ({ from, to }: ObjectGroup): boolean => poison.some((p) => p >= from && p < to)
  await readGroups(groups, {
    logger: silentLogger,
    read: async (open, onDone) => {
      told.statements++
      const bad = open.findIndex(isBad)
      for (const group of open) {
        if (isBad(group) || (bad >= 0 && !luck())) continue
        for (let i = group.from; i < group.to; i++) told.read.push(i)
        onDone(group)
      }
      if (bad >= 0) throw crashed(bad)
    },
    probe: async () => undefined,
    onPoison: (index) => {
      told.poison.push(index)
      return `object ${index}`
    },
  })
  return told
}

test('finds the objects that end their tasks, and reads each other one once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 50 }),
      fc.uniqueArray(fc.nat(399), { maxLength: 3 }),
      fc.infiniteStream(fc.boolean()),
      async (count, objects, bad, luck) => {
        const groups = groupsOf(Array(count).fill(1), { bytes: 1 << 30, objects })
        const poison = bad.filter((p) => p < count).toSorted((a, b) => a - b)
        const told = await readAll(groups, poison, () => luck.next().value)
        expect(told.poison.toSorted((a, b) => a - b)).toEqual(poison)
        const rest = Array.from({ length: count }, (_, i) => i).filter((i) => !poison.includes(i))
        expect(told.read.toSorted((a, b) => a - b)).toEqual(rest)
        expect(told.statements).toBeLessThanOrEqual(1 + 4 * poison.length)
      },
    ),
  )
})

test('a task that died once is no proof', async () => {
  const told = await readAll([{ from: 0, to: 1 }], [0])
  expect(told).toMatchObject({ poison: [0], statements: 2 })
})

test('says so when too many objects end their tasks, or no task can run', async () => {
  const groups = groupsOf(Array(9).fill(1), { bytes: 1, objects: 1 })
  await expect(readAll(groups, [1, 3, 5, 7])).rejects.toThrow(
    '4 objects of a batch end their tasks, object 7',
  )
  const why = new HeadrigError('invalid', 'there is no node')
  const reading = readGroups(groups, {
    logger: silentLogger,
    read: () => Promise.reject(crashed(0)),
    probe: () => Promise.reject(why),
    onPoison: () => expect.unreachable('nobody can read anything'),
  })
  await expect(reading).rejects.toBe(why)
})
