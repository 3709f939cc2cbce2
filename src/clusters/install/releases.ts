import { didYouMean } from '../../core/closest.js'
import { HeadrigError } from '../../core/errors.js'
import type { SparkRelease } from './release.js'
import { spark420 } from './spark-4.2.0.js'

/** The Sparks that can be installed, the first is the default. The one map. */
const RELEASES: readonly SparkRelease[] = [spark420]

/** @throws `not-found` for a version that was not tried */
export function findRelease(version: string | undefined): SparkRelease {
  const versions = RELEASES.map((release) => release.version)
  const found = RELEASES.find((r) => r.version === (version ?? versions[0]))
  if (found) return found
  throw new HeadrigError(
    'not-found',
    `no Spark ${JSON.stringify(version)} to install${didYouMean(version ?? '', versions) || `: there is ${versions.join(', ')}`}`,
  )
}
