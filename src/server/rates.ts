import type { Settings } from '../core/config-settings.js'
import type { Rate } from './token-buckets.js'

/** Who is held to a rate. */
export type RateOf = 'address' | 'key' | 'refused'

/** How many of a second's calls may come at once. */
const BURSTS: Readonly<Record<RateOf, number>> = { address: 2, key: 2, refused: 10 }

/** How many calls are taken: from an address, by a key, and from an address whose callers are not let in. */
export function ratesOf(
  settings: Pick<Settings, 'serverAddressRate' | 'serverKeyRate' | 'serverRefusedRate'>,
): Readonly<Record<RateOf, Rate>> {
  const rate = (of: RateOf, perSecond: number): Rate => ({
    perSecond,
    burst: perSecond * BURSTS[of],
  })
  return {
    address: rate('address', settings.serverAddressRate),
    key: rate('key', settings.serverKeyRate),
    refused: rate('refused', settings.serverRefusedRate),
  }
}
