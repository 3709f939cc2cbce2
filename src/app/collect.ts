import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sleep } from '../core/concurrency.js'
import type { ErrorKind } from '../core/errors.js'
import type { BatchTools } from '../collect/tools.js'
import { Collector } from '../collect/collector.js'
import { discover, type Cursors, type Found, type Wanted } from '../collect/discover.js'
import { LakeFiles } from '../collect/lake-files.js'
import type { LedgerRow } from '../collect/ledger.js'
import type { PlanOptions } from '../collect/plans.js'
import { openSource, type Source } from '../collect/source.js'
import { DuckDbConverter } from '../engines/duckdb/converter.js'
import { openDuckDb } from '../engines/duckdb/open.js'
import { withCounts, type CountingStore } from '../storage/count.js'
import { openStore } from '../storage/open.js'
import { storeOptions, type LakeContext } from './context.js'

export interface CollectOptions {
  /** Files, folders, globs, `s3://bucket/prefix`. */
  readonly uris: readonly string[]
  /** `auto` or a log type's id. */
  readonly format: string
  /** Only objects delivered from this time on. */
  readonly from?: Date
  /** Only objects delivered before this time. */
  readonly to?: Date
  readonly accounts?: readonly string[]
  readonly regions?: readonly string[]
  /** Say what would be collected, change nothing. */
  readonly dryRun?: boolean
  /** Look for new objects again and again, until the context's signal ends it. */
  readonly watch?: { readonly intervalMs: number }
  /** The order of fields for lines without a header. */
  readonly fields?: readonly string[]
  readonly keepDuplicates?: boolean
}

export interface TableSummary {
  rows: number
  rejected: number
  duplicates: number
  objects: number
}

/** What was collected; counts of objects and records, `bytes` as stored. */
export interface CollectSummary {
  objects: number
  rows: number
  rejected: number
  duplicates: number
  /** Objects that are known and no logs. */
  skipped: number
  /** Objects that could not be had: tried again next time. */
  failed: number
  /** Objects of which not one record could be read: damaged, or of no log type. */
  unreadable: number
  /** Objects that were collected before. */
  unchanged: number
  /** LIST requests that discovery made. */
  lists: number
  bytes: number
  tables: Record<string, TableSummary>
  seconds: number
  /** The first twenty. */
  failures: { uri: string; error: string; kind: ErrorKind }[]
  /** With `dryRun`: the objects that would be collected, the first hundred. */
  plan?: { uri: string; size: number }[]
}

/** Of the process's memory, what DuckDB's buffers may take beside the reading threads and Node. */
const ENGINE_SHARE = 0.35

/** Objects that discovery holds before they are planned. */
const CHUNK = 100_000
/** A batch is one commit a table: large enough to be cheap, small enough to lose little at a kill. */
const BATCH = { bytes: 64 << 20, objects: 20_000 }

/**
 * Collects logs into the lake, each record once.
 * @throws HeadrigError not-found for a source that is not there; a failed object throws nothing, see `failures`
 * @example await collect({ uris: ['s3://logs/AWSLogs/'], format: 'auto' }, context)
 */
export async function collect(
  options: CollectOptions,
  context: LakeContext,
): Promise<CollectSummary> {
  const started = Date.now()
  const summary = emptySummary()
  const stores: CountingStore[] = []
  const open = (uri: string): CountingStore => {
    const store = withCounts(openStore(uri, storeOptions(context.settings)))
    stores.push(store)
    return store
  }
  const sources = await Promise.all(options.uris.map((uri) => openSource(uri, open)))
  const run = await openRun(options, context, sources, summary)
  try {
    for (let first = true; first || options.watch; first = false) {
      await pass(options, context, run, sources, summary)
      if (!options.watch) break
      await sleep(options.watch.intervalMs, context.signal)
    }
  } catch (error) {
    // Watching ends when it is told to; what was collected until then is the result.
    if (!(options.watch && context.signal.aborted)) throw error
  } finally {
    await run.close()
  }
  summary.lists = stores.reduce(
    (sum, { counts }) => sum + counts.list.calls + counts.listFolders.calls,
    0,
  )
  summary.seconds = (Date.now() - started) / 1000
  return summary
}

interface Run {
  readonly collector: Collector | undefined
  readonly cursors: Cursors | undefined
  readonly progress: {
    objects: number
    bytes: number
    rows: number
    totalObjects: number
    totalBytes: number
  }
  close(): Promise<void>
}

async function openRun(
  options: CollectOptions,
  context: LakeContext,
  sources: readonly Source[],
  summary: CollectSummary,
): Promise<Run> {
  const { settings } = context
  const progress = { objects: 0, bytes: 0, rows: 0, totalObjects: 0, totalBytes: 0 }
  const cursors: Cursors | undefined = options.watch ? new Map() : undefined
  const engine = await openDuckDb({
    memoryLimitBytes: settings.memory * ENGINE_SHARE,
    threads: settings.threads,
    tempFolder: join(context.spillFolder, 'collect'),
  })
  const converter = new DuckDbConverter(engine, {
    threads: settings.threads,
    arenaBytes: arenaBytes(settings),
  })
  const files = new LakeFiles(context.store, join(context.spillFolder, 'lake-files'))
  await mkdir(context.spillFolder, { recursive: true, mode: 0o700 })
  const tools: BatchTools = {
    lake: context.lake,
    engine,
    converter,
    files,
    fetch: (uri) => fetchFrom(sources, uri, context),
    scratch: context.spillFolder,
    logger: context.logger,
    signal: context.signal,
  }
  const collector = await Collector.open(tools, BATCH, {
    onProgress: (done) => {
      progress.objects += done.objects
      progress.bytes += done.bytes
      progress.rows += done.rows
      report(context, progress)
    },
    onLedger: (rows) => addToSummary(summary, rows),
  })
  return {
    collector,
    cursors,
    progress,
    async close() {
      await collector.close()
      await converter.close()
      await files.close()
      engine.close()
    },
  }
}

async function pass(
  options: CollectOptions,
  context: LakeContext,
  run: Run,
  sources: readonly Source[],
  summary: CollectSummary,
): Promise<void> {
  const wanted: Wanted = {
    ...(options.from ? { from: options.from } : {}),
    ...(options.to ? { to: options.to } : {}),
    ...(options.accounts ? { accounts: options.accounts } : {}),
    ...(options.regions ? { regions: options.regions } : {}),
  }
  const plan: PlanOptions = {
    format: options.format,
    ...(options.fields ? { fields: options.fields } : {}),
    keepDuplicates: options.keepDuplicates === true,
  }
  let chunk: Found[] = []
  const take = async (): Promise<void> => {
    const objects = chunk
    chunk = []
    if (objects.length === 0 || !run.collector) return
    if (options.dryRun) {
      const fresh = await run.collector.notInLedger(objects)
      summary.plan ??= []
      summary.objects += fresh.length
      summary.unchanged += objects.length - fresh.length
      for (const { uri, size } of fresh) {
        summary.bytes += size
        if (summary.plan.length < 100) summary.plan.push({ uri, size })
      }
      return
    }
    run.progress.totalObjects += objects.length
    run.progress.totalBytes += objects.reduce((sum, o) => sum + o.size, 0)
    const { known } = await run.collector.collect(objects, plan)
    summary.unchanged += known
  }
  for (const source of sources) {
    for await (const object of discover(source, wanted, context.logger, run.cursors)) {
      context.signal.throwIfAborted()
      if (isInLake(object.uri, context.lakeUri)) continue
      if (chunk.push(object) >= CHUNK) await take()
      else if (chunk.length % 1000 === 0) report(context, run.progress, chunk.length)
    }
  }
  await take()
}

/** The lake may lie inside the folder that is collected; it is no log. */
function isInLake(uri: string, lakeUri: string): boolean {
  return uri.startsWith(`${lakeUri}/`)
}

/** Objects of a resumed plan may come from a source that this call does not name. */
async function fetchFrom(
  sources: readonly Source[],
  uri: string,
  context: LakeContext,
): Promise<Uint8Array> {
  const source = sources.find((s) => uri.startsWith(`${s.store.uri}/`))
  if (source)
    return source.store.get(uri.slice(source.store.uri.length + 1), { signal: context.signal })
  const [, root, key] = /^([a-z0-9]+:\/\/[^/]+)\/(.*)$/i.exec(uri) ?? []
  return openStore(root ?? uri, storeOptions(context.settings)).get(key ?? '', {
    signal: context.signal,
  })
}

/** Of the whole process's memory, what one reading thread may hold of raw logs. */
function arenaBytes({
  memory,
  threads,
}: {
  readonly memory: number
  readonly threads: number
}): number {
  const share = (memory * 0.12) / threads
  return Math.max(4 << 20, Math.min(96 << 20, Math.floor(share)))
}

function report(context: LakeContext, progress: Run['progress'], found = 0): void {
  const total = progress.totalObjects
  context.progress.update(
    total === 0
      ? { phase: 'finding objects', objects: { done: found, total: found } }
      : {
          phase: 'collecting',
          objects: { done: progress.objects, total },
          bytes: { done: progress.bytes, total: progress.totalBytes },
          rows: progress.rows,
        },
  )
}

function emptySummary(): CollectSummary {
  return {
    objects: 0,
    rows: 0,
    rejected: 0,
    duplicates: 0,
    skipped: 0,
    failed: 0,
    unreadable: 0,
    unchanged: 0,
    lists: 0,
    bytes: 0,
    tables: {},
    seconds: 0,
    failures: [],
  }
}

function addToSummary(summary: CollectSummary, rows: readonly LedgerRow[]): void {
  for (const row of rows) {
    summary.objects++
    summary.bytes += row.size
    summary.rows += row.rows
    summary.rejected += row.rejected
    summary.duplicates += row.duplicates
    if (row.state === 'skipped') summary.skipped++
    const unreadable = row.state === 'done' && row.rejected > 0 && row.rows + row.duplicates === 0
    if (row.state === 'failed') summary.failed++
    if (unreadable) summary.unreadable++
    if ((unreadable || row.state === 'failed') && summary.failures.length < 20) {
      summary.failures.push({
        uri: row.uri,
        error: row.error ?? 'no record of it could be read: see ingest_rejects',
        kind: row.failure ?? 'invalid',
      })
    }
    if (row.format === null || row.state !== 'done') continue
    const table = (summary.tables[row.format] ??= {
      rows: 0,
      rejected: 0,
      duplicates: 0,
      objects: 0,
    })
    table.rows += row.rows
    table.rejected += row.rejected
    table.duplicates += row.duplicates
    table.objects++
  }
}
