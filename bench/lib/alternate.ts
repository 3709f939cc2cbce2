import { spawnSync } from 'node:child_process'
import { median, type Run } from './measure.js'
import type { Measured, Side } from './scenario.js'

/** Runs the sides in turn, so that a slow moment of the machine meets all of them. */
export async function alternate(sides: readonly Side[], runs: number): Promise<Measured[]> {
  const results = sides.map((): (Run & { facts?: Readonly<Record<string, unknown>> })[] => [])
  for (let round = 0; round < runs; round++) {
    for (const [i, side] of sides.entries()) {
      // What the side before has left to be written is not this one's.
      spawnSync('sync')
      const result = await side.once()
      console.error(
        `  ${side.name}: ${result.seconds.toFixed(2)} s, ${(result.peakRssBytes / 2 ** 20).toFixed(0)} MiB`,
      )
      results[i]?.push(result)
    }
  }
  return sides.map((side, i) => {
    const own = results[i] ?? []
    const facts = own.at(-1)?.facts
    return {
      name: side.name,
      seconds: own.map((r) => round3(r.seconds)),
      medianSeconds: round3(median(own.map((r) => r.seconds))),
      cpuSeconds: round3(median(own.map((r) => r.cpuSeconds))),
      peakRssBytes: Math.max(...own.map((r) => r.peakRssBytes)),
      ...(facts ? { facts } : {}),
    }
  })
}

/** The side with this name; throws when there is none. */
export function sideOf(sides: readonly Measured[], name: string): Measured {
  const side = sides.find((s) => s.name === name)
  if (!side) throw new Error(`no side ${name}`)
  return side
}

export const round3 = (n: number): number => Math.round(n * 1000) / 1000
