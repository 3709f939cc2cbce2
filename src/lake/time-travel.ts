import { HeadrigError } from '../core/errors.js'
import { listLog, type CommitFile, type LogListing } from './log-listing.js'
import {
  earliestVersion,
  hasInCommitTimestamps,
  inCommitTimestamp,
  readCommit,
  readVersion,
  type LogSource,
} from './log-reader.js'
import type { Snapshot } from './snapshot.js'

/** Which version of a table: by number, or the latest one committed at or before a moment. */
export type At = { readonly version: number } | { readonly timestamp: Date }

/** The table as it was. Throws `not-found`, naming what is available, when the log does not reach there. */
export async function readAt(source: LogSource, latest: Snapshot, at: At): Promise<Snapshot> {
  const { name } = source.place
  const listing = await listLog(source.store, source.place.prefix)
  const earliest = earliestVersion(listing) ?? latest.version
  if ('timestamp' in at) {
    const version = await versionAt(source, listing, latest, earliest, at.timestamp)
    return readVersion(source, listing, version)
  }
  if (at.version > latest.version) {
    throw new HeadrigError(
      'not-found',
      `table ${name} has no version ${at.version}: the latest is ${latest.version}`,
    )
  }
  if (at.version < earliest) {
    throw new HeadrigError(
      'not-found',
      `version ${at.version} of table ${name} was cleaned up: the earliest available is ${earliest}`,
    )
  }
  return at.version === latest.version ? latest : readVersion(source, listing, at.version)
}

async function versionAt(
  source: LogSource,
  listing: LogListing,
  latest: Snapshot,
  earliest: number,
  moment: Date,
): Promise<number> {
  const commits = listing.commits.filter((c) => c.version >= earliest)
  const timeOf = hasInCommitTimestamps(latest)
    ? inCommitTimes(source, latest, commits)
    : fileTimes(commits)
  let low = 0
  let high = commits.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((await timeOf(middle)) <= moment.getTime()) low = middle + 1
    else high = middle
  }
  const found = commits[low - 1]
  if (found) return found.version
  const first = commits.length > 0 ? new Date(await timeOf(0)) : latest.timestamp
  throw new HeadrigError(
    'not-found',
    `table ${source.place.name} has no version as old as ${moment.toISOString()}: the earliest available is ${earliest} of ${first.toISOString()}`,
  )
}

/** Modification times, made to rise: a later commit is never the older one. */
function fileTimes(commits: readonly CommitFile[]): (index: number) => Promise<number> {
  const times: number[] = []
  for (const { modified } of commits) times.push(Math.max(modified, (times.at(-1) ?? 0) + 1))
  return async (index) => times[index] ?? Number.NaN
}

/** The times in the commits, from the version on that has them; modification times before it. */
function inCommitTimes(
  source: LogSource,
  latest: Snapshot,
  commits: readonly CommitFile[],
): (index: number) => Promise<number> {
  const since = Number(
    latest.metadata.configuration['delta.inCommitTimestampEnablementVersion'] ?? 0,
  )
  const before = fileTimes(commits)
  return async (index) => {
    const version = commits[index]?.version ?? 0
    if (version < since) return before(index)
    return inCommitTimestamp(await readCommit(source, version)) ?? before(index)
  }
}
