import { expect, test } from 'vitest'
import { detectBy } from '../../src/formats/detect-by.js'
import { FORMATS } from '../../src/formats/index.js'
import { type Dataset, DATASETS } from './datasets.js'
import { objectMaker } from './objects.js'
import { scaled } from './scaled.js'
import { objectSizes } from './sizes.js'

const idsOf = (text: string): string[] =>
  (JSON.parse(text) as { Records: { eventID: string }[] }).Records.map((r) => r.eventID)

test.each(Object.values(DATASETS))('$id: the sizes add up, each object is recognised', (full) => {
  const set: Dataset = scaled(full, 0.002)
  const sizes = objectSizes(set)
  expect(sizes).toHaveLength(set.objects)
  expect(sizes.reduce((a, b) => a + b, 0)).toBe(set.records)
  expect(Math.min(...sizes)).toBeGreaterThan(0)
  const { key, text } = objectMaker(set, sizes)(0)
  const id = set.kind === 'flow' ? 'aws_vpc_flow' : 'aws_cloudtrail'
  for (const format of FORMATS) {
    const { score } = detectBy(format, { key, head: text.slice(0, 65_536) })
    expect(score).toBe(format.id === id ? 0.95 : 0)
  }
  expect(objectMaker(set, sizes)(0)).toEqual({ key, text })
})

test.each(['ct-m-trails', 'ct-m-replays'] as const)(
  '%s: a share of the records comes twice',
  (id) => {
    const set: Dataset = scaled(DATASETS[id], 0.005)
    const sizes = objectSizes(set)
    const make = objectMaker(set, sizes)
    const objects = sizes.map((_, i) => make(i))
    const ids = objects.flatMap(({ text }) => idsOf(text))
    const share = 1 - new Set(ids).size / ids.length
    expect(share).toBeGreaterThan(0.24)
    expect(share).toBeLessThan(0.28)
    expect(new Set(objects.map(({ key }) => key)).size).toBe(objects.length)
  },
)

test('a second trail delivers to the same account, region and day', () => {
  const set: Dataset = scaled(DATASETS['ct-m-trails'], 0.005)
  const sizes = objectSizes(set)
  const make = objectMaker(set, sizes)
  const objects = sizes.map((_, i) => make(i))
  const placeOf = (key: string): string =>
    key
      .replace(/^organization\//, '')
      .split('/')
      .slice(1, 7)
      .join()
  const first = new Map<string, string>()
  let copies = 0
  for (const { key, text } of objects)
    for (const id of idsOf(text)) {
      const place = placeOf(key)
      if (first.get(id) === place) copies++
      else first.set(id, place)
    }
  expect(copies).toBe(Math.round(set.records * 0.27))
})

test('the set with unknown fields is the plain one, with them', () => {
  const [plain, unknown] = [DATASETS['ct-m'], DATASETS['ct-m-unknown']].map((full) => {
    const set: Dataset = scaled(full, 0.0005)
    return objectMaker(set, [100, 100])(1).text
  })
  expect(idsOf(unknown ?? '')).toEqual(idsOf(plain ?? ''))
  expect(plain).not.toContain('riskScore')
  expect(unknown?.match(/"riskScore"/g)?.length).toBeGreaterThan(10)
})
