import type { FrontName } from '../../core/config-settings.js'
import { HeadrigError } from '../../core/errors.js'
import { FORMATS } from '../../formats/index.js'
import type { NativeAddon } from './addon.js'
import { loadAddon } from './load.js'
import { nativePlan } from './plan-json.js'

/** Which front reads on this machine. */
export type ChosenFront =
  | { readonly name: 'native'; readonly addon: NativeAddon; readonly from: string }
  | { readonly name: 'portable'; readonly addon?: undefined; readonly why: string }

/**
 * The front that a setting asks for; `auto`: the native one where it can be loaded.
 * @throws HeadrigError invalid: the native front is asked for and cannot be loaded
 */
export function chooseFront(asked: FrontName): ChosenFront {
  if (asked === 'portable') return { name: 'portable', why: 'it is asked for' }
  const { addon, ...found } = loadAddon()
  if (addon && 'from' in found) return { name: 'native', addon, from: found.from }
  const why = 'why' in found && found.why ? found.why : 'it cannot be loaded'
  if (asked === 'auto') return { name: 'portable', why }
  throw new HeadrigError(
    'invalid',
    `front is native, but there is no native front: ${why}; run npm run build in a source checkout with Rust, or set front to auto`,
  )
}

/** Why the native front cannot read objects of a log type, or of any with `auto`; undefined: it can. */
export function notServed(format: string): string | undefined {
  // With one that it does not know it could not tell what is of none.
  const asked = FORMATS.filter((f) => format === 'auto' || f.id === format)
  for (const one of asked) {
    const { why } = nativePlan(one)
    if (why !== undefined) return `${one.id}: ${why}`
  }
  return undefined
}
