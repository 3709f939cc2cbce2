import { mapLimit } from '../core/concurrency.js'
import { HeadrigError, isKind } from '../core/errors.js'
import type { ByteStore } from '../storage/store.js'
import type { Action, CommitInfo } from './actions.js'
import { CheckpointBase, type CheckpointPart } from './checkpoint-base.js'
import type { CheckpointIo, CheckpointSummary } from './checkpoint-io.js'
import type { LocalCopies } from './local-copies.js'
import { parseLines } from './log-lines.js'
import { listLog, type CheckpointFiles, type CommitFile, type LogListing } from './log-listing.js'
import { commitName, LOG_FOLDER } from './log-names.js'
import { Snapshot } from './snapshot.js'
import { SnapshotBuilder } from './snapshot-builder.js'
import type { TablePlace } from './table-place.js'

const PARALLEL = 8
/** How many files later commits may bring before a snapshot is read anew from a newer checkpoint. */
const TAIL_FILES = 20_000

/** Where a log is and how to read it. */
export interface LogSource {
  readonly store: ByteStore
  readonly io: CheckpointIo
  readonly copies: LocalCopies
  readonly place: TablePlace
}

/** The latest snapshot; undefined when there is no table. With `known`, only what came after is read,
 * unless that was cleaned up meanwhile. */
export async function readLatest(
  source: LogSource,
  known?: Snapshot,
): Promise<Snapshot | undefined> {
  const { store, place } = source
  if (known) {
    const { commits, checkpoints } = await listLog(store, place.prefix, known.version + 1)
    const { files, removed } = known.state
    const long = checkpoints.length > 0 && files.size + removed.size > TAIL_FILES
    if (!long && commits[0]?.version === known.version + 1) return readOn(source, known, commits)
    if (commits.length === 0 && checkpoints.length === 0) return known
  }
  const hint = await lastCheckpoint(source)
  const listing = await listLog(store, place.prefix, hint)
  const found = hint > 0 && listing.checkpoints.length === 0
  const whole = found ? await listLog(store, place.prefix) : listing
  const version = Math.max(
    whole.commits.at(-1)?.version ?? -1,
    whole.checkpoints.at(-1)?.version ?? -1,
  )
  return version < 0 ? undefined : readVersion(source, whole, version)
}

/** A snapshot at a version from a listing that reaches back to a checkpoint or to version 0. */
export async function readVersion(
  source: LogSource,
  listing: LogListing,
  version: number,
): Promise<Snapshot> {
  const candidates = listing.checkpoints.filter((c) => c.version <= version).toReversed()
  let failure: unknown
  for (const checkpoint of candidates) {
    try {
      const base = await readCheckpoint(source, checkpoint, listing)
      return await readOn(source, base, commitsUpTo(listing, version))
    } catch (error) {
      if (isKind(error, 'unavailable') || isKind(error, 'forbidden')) throw error
      failure ??= error
    }
  }
  try {
    return await readOn(source, undefined, commitsUpTo(listing, version))
  } catch (error) {
    throw failure ?? error
  }
}

/** The oldest version that can still be read; undefined when none can. */
export function earliestVersion(listing: LogListing): number | undefined {
  return listing.commits[0]?.version === 0 ? 0 : listing.checkpoints[0]?.version
}

/** The actions of one commit. Throws `not-found` when there is none. */
export async function readCommit(
  { store, place }: LogSource,
  version: number,
): Promise<readonly Action[]> {
  const key = `${place.prefix}${LOG_FOLDER}${commitName(version)}`
  return parseLines(await store.get(key), key)
}

/** When a commit says that it was made; only tables with in-commit timestamps have it. */
export function inCommitTimestamp(actions: readonly Action[]): number | undefined {
  const info: CommitInfo | null | undefined = actions.find((a) => a.commitInfo)?.commitInfo
  return info?.inCommitTimestamp ?? undefined
}

/** Whether commits of the table say themselves when they were made. */
export function hasInCommitTimestamps(snapshot: Snapshot): boolean {
  return snapshot.metadata.configuration['delta.enableInCommitTimestamps'] === 'true'
}

function commitsUpTo(listing: LogListing, version: number): readonly CommitFile[] {
  return listing.commits.filter((c) => c.version <= version)
}

async function readOn(
  source: LogSource,
  base: Snapshot | undefined,
  listed: readonly CommitFile[],
): Promise<Snapshot> {
  const first = (base?.version ?? -1) + 1
  const last = listed.at(-1)?.version ?? -1
  const builder = new SnapshotBuilder(source.place, base)
  if (base && last < first) return base
  const modified = new Map(listed.map((c) => [c.version, c.modified]))
  let timestamp = base?.timestamp.getTime() ?? 0
  for (let from = first; from <= last; from += 64) {
    const versions = Array.from({ length: Math.min(64, last - from + 1) }, (_, i) => from + i)
    const commits = await mapLimit(versions, PARALLEL, (v) => readPresent(source, v))
    for (const [index, actions] of commits.entries()) {
      for (const action of actions) builder.apply(action)
      const time = inCommitTimestamp(actions) ?? modified.get(from + index) ?? timestamp
      timestamp = Math.max(time, timestamp)
    }
  }
  return builder.build(last, timestamp)
}

async function readPresent(source: LogSource, version: number): Promise<readonly Action[]> {
  try {
    return await readCommit(source, version)
  } catch (error) {
    if (!isKind(error, 'not-found')) throw error
    throw new HeadrigError(
      'invalid',
      `the log of table ${source.place.name} lacks version ${version}: restore ${commitName(version)}, or copy the table anew`,
      { cause: error },
    )
  }
}

async function readCheckpoint(
  source: LogSource,
  checkpoint: CheckpointFiles,
  listing: LogListing,
): Promise<Snapshot> {
  const builder = new SnapshotBuilder(source.place)
  const sidecars: string[] = []
  const apply = (actions: readonly Action[]): void => {
    for (const action of actions) {
      if (action.sidecar) sidecars.push(action.sidecar.path)
      else builder.apply(action)
    }
  }
  const parts: CheckpointPart[] = []
  const open = async (key: string): Promise<void> => {
    const { actions, files, bytes } = await summary(source, key)
    apply(actions as readonly Action[])
    parts.push({ key, files, bytes })
  }
  for (const key of checkpoint.keys) {
    if (checkpoint.json) apply(parseLines(await source.store.get(key), key))
    else await open(key)
  }
  const folder = `${source.place.prefix}${LOG_FOLDER}_sidecars/`
  for (const path of sidecars) await open(`${folder}${path}`)
  builder.base = new CheckpointBase(checkpoint.version, parts, source.io, source.copies)
  const commit = listing.commits.find((c) => c.version === checkpoint.version)
  const snapshot = builder.build(checkpoint.version, commit?.modified ?? 0)
  if (!commit || !hasInCommitTimestamps(snapshot)) return snapshot
  const timestamp = inCommitTimestamp(await readCommit(source, commit.version))
  return timestamp === undefined ? snapshot : new Snapshot({ ...snapshot.state, timestamp })
}

async function summary({ io, copies }: LogSource, key: string): Promise<CheckpointSummary> {
  const { path, done } = await copies.use(key)
  try {
    return await io.summary(path)
  } finally {
    done()
  }
}

/** A hint only: 0 when there is none or it cannot be read. */
async function lastCheckpoint({ store, place }: LogSource): Promise<number> {
  try {
    const bytes = await store.get(`${place.prefix}${LOG_FOLDER}_last_checkpoint`)
    const { version } = JSON.parse(new TextDecoder().decode(bytes)) as { version?: unknown }
    return typeof version === 'number' && Number.isSafeInteger(version) && version > 0 ? version : 0
  } catch (error) {
    if (isKind(error, 'unavailable') || isKind(error, 'forbidden')) throw error
    return 0
  }
}
