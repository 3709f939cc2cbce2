import type { Rate } from './token-buckets.js'

/** How many calls are taken: from an address, by a key, and from an address whose callers are not let in. */
export const RATES = {
  address: { burst: 20_000, perSecond: 10_000 },
  key: { burst: 10_000, perSecond: 5000 },
  refused: { burst: 200, perSecond: 20 },
} as const satisfies Readonly<Record<string, Rate>>
