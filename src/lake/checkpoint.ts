import { parseDuration } from '../core/duration.js'
import type { Action } from './actions.js'
import { checkpointName, LOG_FOLDER } from './log-names.js'
import type { LogSource } from './log-reader.js'
import type { Snapshot } from './snapshot.js'

const INTERVAL = 10
const WEEK = 7 * 86_400_000

/** Whether the version is one that its table wants a checkpoint after: every tenth by default. */
export function wantsCheckpoint(snapshot: Snapshot): boolean {
  const asked = Number(snapshot.metadata.configuration['delta.checkpointInterval'] ?? INTERVAL)
  const interval = Number.isSafeInteger(asked) && asked > 0 ? asked : INTERVAL
  return snapshot.version > 0 && snapshot.version % interval === 0
}

/** Writes a classic checkpoint of the snapshot and points `_last_checkpoint` at it. */
export async function writeCheckpoint(source: LogSource, snapshot: Snapshot): Promise<void> {
  const { store, io } = source
  const folder = `${source.place.prefix}${LOG_FOLDER}`
  const { path, rows } = await io.write(checkpointActions(snapshot, Date.now()))
  await store.putFile(`${folder}${checkpointName(snapshot.version)}`, path)
  const pointer = { version: snapshot.version, size: rows, numOfAddFiles: snapshot.numFiles }
  await store.put(
    `${folder}_last_checkpoint`,
    new TextEncoder().encode(`${JSON.stringify(pointer)}\n`),
  )
}

/** How long a file that left the table is remembered, milliseconds. */
export function tombstoneRetention(snapshot: Snapshot): number {
  return interval(snapshot.metadata.configuration['delta.deletedFileRetentionDuration'], WEEK)
}

/** How long old versions stay readable, milliseconds. */
export function logRetention(snapshot: Snapshot): number {
  return interval(snapshot.metadata.configuration['delta.logRetentionDuration'], 30 * 86_400_000)
}

function* checkpointActions(snapshot: Snapshot, now: number): Iterable<Action> {
  const { protocol, metadata, txns, domains, files, removed } = snapshot.state
  yield { protocol }
  yield { metaData: metadata.action }
  for (const [appId, version] of txns) yield { txn: { appId, version } }
  for (const domainMetadata of domains.values()) yield { domainMetadata }
  for (const file of files.values()) yield { add: file.toAdd(false) }
  const oldest = now - tombstoneRetention(snapshot)
  for (const remove of removed.values()) {
    if ((remove.deletionTimestamp ?? 0) > oldest) yield { remove: { ...remove, dataChange: false } }
  }
}

/** `interval 7 days`, as Delta's properties spell durations. */
function interval(text: string | undefined, otherwise: number): number {
  const match = /^\s*(?:interval\s+)?(\d+)\s*(second|minute|hour|day|week)s?\s*$/i.exec(text ?? '')
  if (!match) return otherwise
  return parseDuration(`${match[1]}${match[2]?.charAt(0).toLowerCase()}`)
}
