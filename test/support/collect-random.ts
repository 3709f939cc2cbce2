/** Random numbers by a seed: `HEADRIG_TEST_SEED`, else a fresh one that a failing test prints. */
export interface Random {
  readonly seed: number
  /** In [0, 1). */
  next(): number
  /** A whole number in [from, to]. */
  between(from: number, to: number): number
}

/** Mulberry32. */
export function random(
  seed = Number(process.env['HEADRIG_TEST_SEED'] ?? Date.now() % 1e9),
): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return { seed, next, between: (from, to) => from + Math.floor(next() * (to - from + 1)) }
}
