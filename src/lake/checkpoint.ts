import { mapLimit } from '../core/concurrency.js'
import { parseDuration } from '../core/duration.js'
import type { TableColumn } from '../formats/table-schema.js'
import type { Action } from './actions.js'
import { CheckpointBase } from './checkpoint-base.js'
import type { CheckpointContent } from './checkpoint-io.js'
import { FolderMap } from './folder-map.js'
import { checkpointName, LOG_FOLDER } from './log-names.js'
import type { LogSource } from './log-reader.js'
import { Snapshot } from './snapshot.js'

const INTERVAL = 10
/** From twice as many files on, the interval grows with their number. */
const FILES_A_STEP = 100_000
/** A checkpoint sooner than this many commits must be worth writing. */
const LONGEST_TAIL = 100
/** Which share of the data files must have come since the last one. */
const WORTH_SHARE = 1 / 20
const STATS_COLUMNS = 32
const WEEK = 7 * 86_400_000

/**
 * Whether the version is one that its table wants a checkpoint after. Unless the table says otherwise:
 * every tenth, or every hundredth while what came since the last one is little next to it; less often
 * still when a checkpoint is very large.
 */
export function wantsCheckpoint(snapshot: Snapshot): boolean {
  const { version, metadata, state } = snapshot
  if (version === 0) return false
  const asked = Number(metadata.configuration['delta.checkpointInterval'])
  if (Number.isSafeInteger(asked) && asked > 0) return version % asked === 0
  const held = (state.base?.files ?? 0) + state.files.size
  const often = INTERVAL * Math.max(1, Math.floor(held / FILES_A_STEP))
  const touched = state.files.size + state.removed.size
  const seldom = Math.max(often, LONGEST_TAIL)
  return version % (touched >= held * WORTH_SHARE ? often : seldom) === 0
}

/**
 * Writes a classic checkpoint of the snapshot and points `_last_checkpoint` at it; data files of an earlier
 * checkpoint go from file to file. Returns the same version, read from the new checkpoint.
 */
export async function writeCheckpoint(source: LogSource, snapshot: Snapshot): Promise<Snapshot> {
  const { store, io, copies, place } = source
  const { base, partitions, ...state } = snapshot.state
  const totals = await snapshot.totals()
  const used = await mapLimit(base?.parts ?? [], 4, ({ key }) => copies.use(key))
  try {
    const { path, rows } = await io.write(await content(snapshot, used))
    const folder = `${place.prefix}${LOG_FOLDER}`
    const key = `${folder}${checkpointName(snapshot.version)}`
    await copies.put(key, path)
    const pointer = { version: snapshot.version, size: rows, numOfAddFiles: totals.files }
    await store.put(
      `${folder}_last_checkpoint`,
      new TextEncoder().encode(`${JSON.stringify(pointer)}\n`),
    )
    return new Snapshot({
      ...state,
      base: new CheckpointBase(snapshot.version, [{ key, ...totals }], io, copies),
      files: new FolderMap(),
      removed: new FolderMap(),
      bytes: 0,
      partitions,
    })
  } finally {
    for (const { done } of used) done()
  }
}

async function content(
  snapshot: Snapshot,
  used: readonly { readonly path: string }[],
): Promise<CheckpointContent> {
  const { adds, removes } = await snapshot.superseded()
  const removedAfter = Date.now() - tombstoneRetention(snapshot)
  return {
    actions: ownActions(snapshot, removedAfter),
    from: used.map(({ path }) => ({
      path,
      withoutAdds: adds.map((a) => a.path),
      withoutRemoves: removes.map((r) => r.path),
    })),
    removedAfter,
    ...statisticsColumns(snapshot),
  }
}

/** None when the table has a type that ours cannot have: its statistics stay text. */
function statisticsColumns({
  metadata,
}: Snapshot): Pick<CheckpointContent, 'statsColumns' | 'partitionColumns'> {
  let columns: readonly TableColumn[]
  try {
    columns = metadata.columns.filter((c) => typeof c.type === 'string')
  } catch {
    return { statsColumns: [], partitionColumns: [] }
  }
  const isPartition = (c: TableColumn): boolean => metadata.partitionColumns.includes(c.name)
  const others = columns.filter((c) => !isPartition(c))
  const hot = others.filter((c) => c.hot)
  return {
    statsColumns: (hot.length > 0 ? hot : others).slice(0, STATS_COLUMNS),
    partitionColumns: columns.filter(isPartition),
  }
}

/** How long a file that left the table is remembered, milliseconds. */
export function tombstoneRetention(snapshot: Snapshot): number {
  return interval(snapshot.metadata.configuration['delta.deletedFileRetentionDuration'], WEEK)
}

/** How long old versions stay readable, milliseconds. */
export function logRetention(snapshot: Snapshot): number {
  return interval(snapshot.metadata.configuration['delta.logRetentionDuration'], 30 * 86_400_000)
}

function* ownActions(snapshot: Snapshot, removedAfter: number): Iterable<Action> {
  const { protocol, metadata, txns, domains, files, removed } = snapshot.state
  yield { protocol }
  yield { metaData: metadata.action }
  for (const [appId, version] of txns) yield { txn: { appId, version } }
  for (const domainMetadata of domains.values()) yield { domainMetadata }
  for (const file of files.values()) yield { add: file.toAdd(false) }
  for (const remove of removed.values()) {
    const { deletionTimestamp } = remove
    if ((deletionTimestamp ?? 0) > removedAfter) yield { remove: { ...remove, dataChange: false } }
  }
}

/** `interval 7 days`, as Delta's properties spell durations. */
function interval(text: string | undefined, otherwise: number): number {
  const match = /^\s*(?:interval\s+)?(\d+)\s*(second|minute|hour|day|week)s?\s*$/i.exec(text ?? '')
  if (!match) return otherwise
  return parseDuration(`${match[1]}${match[2]?.charAt(0).toLowerCase()}`)
}
