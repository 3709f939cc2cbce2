import { randomUUID } from 'node:crypto'
import { sleep } from '../core/concurrency.js'
import { HeadrigError, isKind } from '../core/errors.js'
import { version as programVersion } from '../core/version.js'
import type { Action, CommitInfo, TxnAction } from './actions.js'
import { formatLines } from './log-lines.js'
import { commitName, LOG_FOLDER } from './log-names.js'
import {
  hasInCommitTimestamps,
  inCommitTimestamp,
  readCommit,
  type LogSource,
} from './log-reader.js'
import { checkReadable, checkWritable } from './protocol.js'
import type { Snapshot } from './snapshot.js'
import { SnapshotBuilder } from './snapshot-builder.js'

const ATTEMPTS = 200
/** Writers that go on losing leave the log to others for up to this long, milliseconds. */
const LONGEST_WAIT = 2000

export interface CommitRequest {
  /** In the log's words: `WRITE`, `OPTIMIZE`, `DELETE`, … */
  readonly operation: string
  /** Kept in the commit as it is, for whoever asks for it later. */
  readonly info?: Readonly<Record<string, unknown>>
  /** Makes the commit happen once: a request whose version is not above the table's does nothing. */
  readonly txn?: Pick<TxnAction, 'appId' | 'version'>
  /**
   * The actions, for the latest snapshot; called anew when another writer came first, so conflicts
   * are seen by what the snapshot lacks. Undefined: there is nothing to commit (any more).
   */
  build(snapshot: Snapshot | undefined): Promise<readonly Action[] | undefined>
}

export type CommitOutcome =
  | { readonly committed: true; readonly already: false; readonly version: number }
  /** A commit with this `txn` was there: its version and `info`, unless the log no longer has it. */
  | {
      readonly committed: false
      readonly already: true
      readonly version: number | undefined
      readonly info: Readonly<Record<string, unknown>> | undefined
    }
  /** `build` had nothing to commit. */
  | { readonly committed: false; readonly already: false; readonly version: undefined }

/** A table's log, for a writer: its latest snapshot, refreshed at each call. */
export interface CommitLog extends LogSource {
  latest(): Promise<Snapshot | undefined>
  /** Told of each version that this writer made. */
  advance(snapshot: Snapshot): void
}

/** Writes one commit by put-if-absent, after as many losses to other writers as it takes. */
export async function commit(log: CommitLog, request: CommitRequest): Promise<CommitOutcome> {
  const { store, place } = log
  const txnId = randomUUID()
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const snapshot = await log.latest()
    const { txn } = request
    const done = txn && snapshot?.txn(txn.appId)
    if (txn && snapshot && done !== undefined && done >= txn.version) {
      return { committed: false, already: true, ...(await findTxn(log, snapshot, txn)) }
    }
    const built = await request.build(snapshot)
    if (!built) return { committed: false, already: false, version: undefined }
    const version = (snapshot?.version ?? -1) + 1
    const now = Date.now()
    const actions: readonly Action[] = [
      { commitInfo: commitInfo(request, snapshot, txnId, now) },
      ...(txn ? [{ txn: { ...txn, lastUpdated: now } }] : []),
      ...built,
    ]
    const next = preview(log, snapshot, actions, version, now)
    const key = `${place.prefix}${LOG_FOLDER}${commitName(version)}`
    if (
      (await store.putIfAbsent(key, formatLines(actions))) ||
      (await isOurs(log, version, txnId))
    ) {
      log.advance(next)
      return { committed: true, already: false, version }
    }
    await sleep(Math.random() * Math.min(LONGEST_WAIT, 5 * 2 ** attempt))
  }
  throw new HeadrigError(
    'conflict',
    `table ${place.name}: lost ${ATTEMPTS} commits in a row to other writers: try again when fewer write`,
  )
}

/** The snapshot that the commit will make; throws before anything is written when it must not be made. */
function preview(
  { place }: CommitLog,
  base: Snapshot | undefined,
  actions: readonly Action[],
  version: number,
  now: number,
): Snapshot {
  const builder = new SnapshotBuilder(place, base)
  for (const action of actions) builder.apply(action)
  const time = inCommitTimestamp(actions) ?? now
  const next = builder.build(version, Math.max(time, base?.timestamp.getTime() ?? 0))
  const { protocol, metadata } = base?.state ?? next.state
  checkReadable(place.name, protocol, metadata.action)
  checkWritable(place.name, protocol, metadata.action, actions)
  return next
}

function commitInfo(
  request: CommitRequest,
  snapshot: Snapshot | undefined,
  txnId: string,
  now: number,
): CommitInfo {
  const stamped = snapshot !== undefined && hasInCommitTimestamps(snapshot)
  const timestamp = Math.max(now, stamped ? snapshot.timestamp.getTime() + 1 : 0)
  return {
    ...(stamped ? { inCommitTimestamp: timestamp } : {}),
    timestamp,
    operation: request.operation,
    operationParameters: {},
    engineInfo: `headrig/${programVersion()}`,
    txnId,
    ...(request.info ? { headrig: request.info } : {}),
  }
}

/** A put whose answer was lost is found again on the retry: then the commit is ours after all. */
async function isOurs(log: CommitLog, version: number, txnId: string): Promise<boolean> {
  const actions = await readCommit(log, version)
  return actions.some((a) => a.commitInfo?.txnId === txnId)
}

/** Looks back for the commit that carried the `txn`. */
async function findTxn(
  log: CommitLog,
  snapshot: Snapshot,
  txn: Pick<TxnAction, 'appId' | 'version'>,
): Promise<{
  version: number | undefined
  info: Readonly<Record<string, unknown>> | undefined
}> {
  for (let version = snapshot.version; version >= 0; version--) {
    let actions: readonly Action[]
    try {
      actions = await readCommit(log, version)
    } catch (error) {
      if (isKind(error, 'not-found')) break
      throw error
    }
    const carried = actions.find((a) => a.txn?.appId === txn.appId)?.txn
    if (carried && carried.version <= txn.version) {
      const found = carried.version === txn.version
      const info = actions.find((a) => a.commitInfo)?.commitInfo?.headrig ?? undefined
      return found ? { version, info } : NOWHERE
    }
  }
  return NOWHERE
}

const NOWHERE = { version: undefined, info: undefined } as const
