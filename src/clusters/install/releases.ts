import { didYouMean } from '../../core/closest.js'
import { HeadrigError } from '../../core/errors.js'
import { hadoop342 } from './hadoop-3.4.2.js'
import type { EngineRelease } from './release.js'
import { spark420 } from './spark-4.2.0.js'

/** What can be installed; the first of an engine is the default. The one map. */
const RELEASES: readonly EngineRelease[] = [spark420, hadoop342]

/**
 * The release of an engine.
 * @throws `invalid` for what is no engine to install, `not-found` for a version that was not tried
 * @example findRelease('hadoop', undefined).version // '3.4.2'
 */
export function findRelease(engine: string, version: string | undefined): EngineRelease {
  if (engine === 'duckdb')
    throw new HeadrigError('invalid', 'duckdb comes with headrig: there is nothing to install')
  const engines = [...new Set(RELEASES.map((release) => release.engine))]
  const releases = RELEASES.filter((release) => release.engine === engine)
  const [first] = releases
  if (!first)
    throw new HeadrigError(
      'invalid',
      `${JSON.stringify(engine)} is no engine to install${didYouMean(engine, engines) || `: write ${engines.join(' or ')}`}`,
    )
  if (version === undefined) return first
  const versions = releases.map((release) => release.version)
  const found = releases.find((release) => release.version === version)
  if (found) return found
  throw new HeadrigError(
    'not-found',
    `no ${engine} ${JSON.stringify(version)} to install${didYouMean(version, versions) || `: there is ${versions.join(', ')}`}`,
  )
}
