import type { FailureRow } from './row.js'

/** What our own commands say. */
export const HEADRIG_FAILURES: readonly FailureRow[] = [
  {
    pattern: /^error: ([^\n]+)\n(?:[^\n]*\n){0,40}$(?![\s\S])/m,
    reason: 'Unknown Error.',
    message: ([, line = '']) => line,
  },
]
