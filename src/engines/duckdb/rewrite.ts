import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { mapLimit } from '../../core/concurrency.js'
import { HeadrigError, messageOf } from '../../core/errors.js'
import type { FileStats } from '../../core/file-stats.js'
import type { TableColumn } from '../../formats/table-schema.js'
import { arrange, byTime, type RowSet } from '../arrange.js'
import type { DataFile } from '../engine.js'
import { joinGroups } from '../parquet/join-groups.js'
import { joinedStats } from '../parquet/joined-stats.js'
import { copyableGroups, type RowGroup } from '../parquet/parquet-file.js'
import { spanOf } from '../parquet/group-stats.js'
import { readFailure } from './failure.js'
import { onConnection } from './on-connection.js'
import type { DuckDbEngine } from './open.js'
import { sortRows, type Slice } from './sort-rows.js'

export interface RewriteRequest {
  /** Files of one partition, on this machine, with what their table's log says of them. */
  readonly files: readonly { readonly path: string; readonly stats?: FileStats | undefined }[]
  /** Of the table, without its partition columns; a column that no file holds is left out again. */
  readonly columns: readonly TableColumn[]
  readonly eventDay: string | null
  /** Where the new files go: it exists. */
  readonly folder: string
  /** The most that a new file should have, bytes. */
  readonly targetBytes: number
  readonly signal?: AbortSignal
}

/** A file that rows are copied from. */
interface Source {
  readonly path: string
  readonly groups: number
  /** Nulls of its columns, as far as they are known without reading it. */
  readonly nullCount: Readonly<Record<string, unknown>>
}

interface Part extends RowSet {
  readonly source: Source
  /** Its number among the row groups of the source; undefined for the whole of a file that we cannot read. */
  readonly group: number | undefined
}

/**
 * Merges files into as few as their size allows. Row groups are copied as they are, in order of time,
 * where they are large enough and overlap little; the others are sorted by `time` into new ones. The
 * engine is asked for only then. Throws `internal` when rows got lost on the way; then, as with any
 * error, no new file is left.
 */
export async function rewrite(
  engine: () => Promise<DuckDbEngine>,
  request: RewriteRequest,
): Promise<DataFile[]> {
  const { folder, targetBytes, signal } = request
  const scratch = join(folder, `sorted-${randomUUID()}`)
  const made: DataFile[] = []
  try {
    const parts = (await mapLimit(request.files, 8, (f) => survey(f, request.columns))).flat()
    const { copied, sorted } = arrange(parts)
    let rows = copied.reduce((sum, p) => sum + p.rows, 0)
    const slices: Part[] = []
    if (sorted.length > 0) {
      await mkdir(scratch)
      for (const cluster of sorted) {
        const result = await sort(engine, cluster, scratch, request)
        slices.push(...result.parts)
        rows += result.rows
      }
    }
    for (const cut of cutBySize([...copied, ...slices].toSorted(byTime), targetBytes)) {
      signal?.throwIfAborted()
      made.push(await write(cut, request))
    }
    checkRows(rows, made)
    return made
  } catch (error) {
    for (const { path } of made) await rm(path, { force: true })
    signal?.throwIfAborted()
    throw isDamage(error) ? damaged(error) : error
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function survey(
  { path, stats }: RewriteRequest['files'][number],
  columns: readonly TableColumn[],
): Promise<readonly Part[]> {
  const groups = await copyableGroups(path, columns)
  const nullCount = stats?.nullCount ?? {}
  if (groups) return partsOf({ path, groups: groups.length, nullCount }, groups)
  const [from, to] = [stats?.minValues['time'], stats?.maxValues['time']].map((t) =>
    typeof t === 'string' ? Date.parse(t) * 1000 : NaN,
  )
  const span = from !== undefined && to !== undefined && to >= from ? { from, to } : undefined
  const bytes = await stat(path).then(
    (s) => s.size,
    () => 0,
  )
  const source = { path, groups: 1, nullCount }
  return [{ source, group: undefined, rows: 0, bytes, span, copyable: false }]
}

function partsOf(source: Source, groups: readonly RowGroup[]): readonly Part[] {
  return groups.map((g, group) => {
    const span = spanOf(g, 'time')
    return {
      source,
      group,
      rows: g.rows,
      bytes: g.bytes,
      span: span ?? undefined,
      copyable: span !== undefined,
    }
  })
}

async function sort(
  engine: () => Promise<DuckDbEngine>,
  cluster: readonly Part[],
  scratch: string,
  { columns, targetBytes, signal }: RewriteRequest,
): Promise<{ readonly parts: readonly Part[]; readonly rows: number }> {
  const files: string[] = []
  for (const [source, parts] of bySource(cluster)) {
    if (parts.length === source.groups) files.push(source.path)
    else {
      const path = join(scratch, `extract-${randomUUID()}.parquet`)
      await joinGroups(path, columns, await groupsOf(parts, columns), signal)
      files.push(path)
    }
  }
  const { rows, slices } = await onConnection(await engine(), async (connection) => {
    const abort = (): void => connection.interrupt()
    signal?.addEventListener('abort', abort, { once: true })
    try {
      signal?.throwIfAborted()
      const sliceBytes = targetBytes / 2
      return await sortRows(connection, {
        files,
        columns,
        folder: scratch,
        sliceBytes,
        ...(signal ? { signal } : {}),
      })
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  })
  const parts = await Promise.all(slices.map((s) => sliceParts(s, columns)))
  return { parts: parts.flat(), rows }
}

async function sliceParts(
  { path, listNulls }: Slice,
  columns: readonly TableColumn[],
): Promise<readonly Part[]> {
  const groups = await copyableGroups(path, columns)
  if (!groups) throw unreadable(path)
  return partsOf({ path, groups: groups.length, nullCount: listNulls }, groups)
}

/** The parts' row groups, in the order of the parts. */
async function groupsOf(
  parts: readonly Part[],
  columns: readonly TableColumn[],
): Promise<readonly RowGroup[]> {
  const found = new Map<Source, readonly RowGroup[]>()
  for (const { source } of parts) {
    if (!found.has(source)) found.set(source, (await copyableGroups(source.path, columns)) ?? [])
  }
  return parts.map(({ source, group }) => {
    const rowGroup = group === undefined ? undefined : found.get(source)?.[group]
    if (!rowGroup) throw unreadable(source.path)
    return rowGroup
  })
}

function bySource(parts: readonly Part[]): ReadonlyMap<Source, readonly Part[]> {
  const sources = new Map<Source, Part[]>()
  for (const part of parts) {
    const list = sources.get(part.source)
    if (list) list.push(part)
    else sources.set(part.source, [part])
  }
  return sources
}

function cutBySize(parts: readonly Part[], targetBytes: number): readonly (readonly Part[])[] {
  const cuts: Part[][] = []
  let size = Infinity
  for (const part of parts) {
    if (size + part.bytes > targetBytes) {
      cuts.push([])
      size = 0
    }
    cuts.at(-1)?.push(part)
    size += part.bytes
  }
  return cuts
}

async function write(parts: readonly Part[], request: RewriteRequest): Promise<DataFile> {
  const { columns, eventDay, folder, signal } = request
  const path = join(folder, `part-${randomUUID()}.zstd.parquet`)
  const size = await joinGroups(path, columns, await groupsOf(parts, columns), signal)
  // Statistics are those of the file as it is, which also shows that it can be read.
  const groups = await copyableGroups(path, columns)
  if (!groups) {
    await rm(path, { force: true })
    throw unreadable(path)
  }
  const wholes = [...bySource(parts)].map(([source, some]) => ({
    groups: some.map((p) => groups[parts.indexOf(p)]).filter((g) => g !== undefined),
    nullCount: some.length === source.groups ? source.nullCount : {},
  }))
  return { path, size, eventDay, stats: joinedStats(columns, wholes) }
}

function checkRows(before: number, written: readonly DataFile[]): void {
  const after = written.reduce((sum, f) => sum + f.stats.numRecords, 0)
  if (before === after) return
  throw new HeadrigError(
    'internal',
    `compaction read ${before} rows and wrote ${after}: nothing was changed; report this`,
  )
}

/** What the engine says of a file that is no Parquet, or whose pages cannot be read. */
function isDamage(error: unknown): boolean {
  return ['Invalid Input', 'Invalid', 'Serialization'].includes(readFailure(error).type)
}

function damaged(error: unknown): HeadrigError {
  const told = `a data file cannot be read: nothing was changed; run verify: ${messageOf(error)}`
  return new HeadrigError('internal', told, { cause: error })
}

function unreadable(path: string): HeadrigError {
  return new HeadrigError(
    'internal',
    `${path} changed or was damaged while it was compacted: nothing was changed; run verify`,
  )
}
