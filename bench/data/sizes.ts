import { createRandom } from '../../src/app/demo/random.js'
import type { Dataset } from './datasets.js'

/** How many records each object holds: many small objects, few large ones, the exact total. */
export function objectSizes({ id, records, objects }: Dataset): number[] {
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
