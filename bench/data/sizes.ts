import { createRandom } from '../../src/app/demo/random.js'
import type { Dataset } from './datasets.js'

/** How many records each object holds: many small objects, few large ones, the exact total. */
export function objectSizes(set: Dataset): number[] {
  if (!set.secondTrail) return sizesOf(set)
  const { twice, once, objects, again } = trailsOf(set)
  const first = sizesOf({ id: `${set.id}:twice`, records: again, objects: twice })
  const rest = set.records - 2 * again
  const others = sizesOf({ id: `${set.id}:once`, records: rest, objects: once })
  const copies = first.flatMap((size, i) => {
    const cut = createRandom(`cut:${set.id}:${i}`).int(1, size)
    return [cut, size - cut]
  })
  return [...first, ...others, ...copies].slice(0, objects)
}

/** The objects of a set with two trails: those that come twice, those that come once, two pieces of each copy. */
export function trailsOf({ records, objects, secondTrail = 0 }: Dataset): {
  readonly twice: number
  readonly once: number
  readonly objects: number
  /** Records that come twice. */
  readonly again: number
} {
  const share = secondTrail / (1 - secondTrail)
  const twice = Math.round((objects * share) / (1 + 2 * share))
  return { twice, once: objects - 3 * twice, objects, again: Math.round(records * secondTrail) }
}

function sizesOf({ id, records, objects }: Pick<Dataset, 'id' | 'records' | 'objects'>): number[] {
  const random = createRandom(`sizes:${id}`)
  const mean = records / objects
  const [least, most] = mean < 10 ? [1, Math.round(mean * 2 - 1)] : [mean / 10, mean * 2.5]
  const weights = Array.from({ length: objects }, () => random.skewed(0, 0.75))
  const total = weights.reduce((a, b) => a + b, 0)
  const sizes = weights.map((w) =>
    Math.max(1, Math.round(Math.min(most, Math.max(least, (w * records) / total)))),
  )
  let rest = records - sizes.reduce((a, b) => a + b, 0)
  for (let i = 0; rest !== 0; i = (i + 1) % objects) {
    const step = Math.sign(rest)
    const size = (sizes[i] ?? 0) + step
    if (size < least || size > most) continue
    sizes[i] = size
    rest -= step
  }
  return sizes
}
