import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isErrno, messageOf } from '../../core/errors.js'
import { version } from '../../core/version.js'
import type { NativeAddon } from './addon.js'

/** The addon, or why it is not there. */
export type Loaded =
  | { readonly addon: NativeAddon; readonly from: string; readonly why?: undefined }
  | { readonly addon?: undefined; readonly why: string }

let loaded: Loaded | undefined

/** Finds the addon: the package of this platform, else what a source checkout has built. Looks once. */
export function loadAddon(): Loaded {
  return (loaded ??= find())
}

/** What an addon of this machine may be called. Of two C libraries only the right one's can be loaded. */
export function platforms(
  platform: string = process.platform,
  arch: string = process.arch,
): readonly string[] {
  const name = `${platform}-${arch}`
  return platform === 'linux' ? [`${name}-gnu`, `${name}-musl`] : [name]
}

function find(): Loaded {
  const require = createRequire(import.meta.url)
  const refused: string[] = []
  for (const from of candidates(require)) {
    const answer = tryLoad(require, from)
    if (answer.addon) return answer
    refused.push(`${from}: ${answer.why}`)
  }
  if (refused.length > 0) return { why: refused.join('; ') }
  return {
    why: `no package ${packageName(platforms()[0] ?? '')} is installed, and none was built from source`,
  }
}

function packageName(platform: string): string {
  return `@headrig/front-${platform}`
}

function* candidates(require: NodeJS.Require): Generator<string> {
  for (const platform of platforms()) {
    try {
      yield require.resolve(packageName(platform))
    } catch (error) {
      if (!isErrno(error, 'MODULE_NOT_FOUND')) throw error
    }
  }
  // From src/ and dist/ the root is as far.
  for (const platform of platforms()) {
    const built = fileURLToPath(
      new URL(`../../../native/headrig-front.${platform}.node`, import.meta.url),
    )
    if (existsSync(built)) yield built
  }
}

function tryLoad(require: NodeJS.Require, from: string): Loaded {
  try {
    const addon = require(from) as NativeAddon
    const its = addon.version()
    if (its === version()) return { addon, from }
    return { why: `it is of version ${its}, this is ${version()}` }
  } catch (error) {
    return { why: messageOf(error).split('\n', 1)[0] ?? '' }
  }
}
