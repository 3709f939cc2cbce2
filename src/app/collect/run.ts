import { Collector, type BatchSize } from '../../collect/collector.js'
import type { Cursors } from '../../collect/discover.js'
import type { Patience } from '../../collect/patience.js'
import type { PlanOptions } from '../../collect/plans.js'
import type { Source } from '../../collect/source.js'
import { DuckDbConverter } from '../../engines/duckdb/converter.js'
import type { LakeContext } from '../context.js'
import { chunks } from './chunks.js'
import type { CollectOptions } from './options.js'
import { addToSummary, type CollectSummary } from './summary.js'
import { openTools } from './tools.js'

/** A batch is one commit a table: large enough to be cheap, small enough to lose little at a kill. */
const BATCH: BatchSize = { bytes: 64 << 20, objects: 20_000 }

/** A collector at work, and how far it got. */
export interface Run {
  readonly collector: Collector
  readonly progress: {
    objects: number
    bytes: number
    rows: number
    totalObjects: number
    totalBytes: number
  }
  close(): Promise<void>
}

/** Takes a lane, and finishes what was left unfinished. */
export async function openRun(
  options: CollectOptions,
  context: LakeContext,
  sources: readonly Source[],
  summary: CollectSummary,
  patience?: Patience,
): Promise<Run> {
  const { settings } = context
  const progress = { objects: 0, bytes: 0, rows: 0, totalObjects: 0, totalBytes: 0 }
  const tools = await openTools(context, sources)
  const converter = new DuckDbConverter(tools.engine, {
    threads: settings.threads,
    arenaBytes: arenaBytes(settings),
  })
  const closeTools = async (): Promise<void> => {
    await converter.close()
    await tools.close()
  }
  try {
    const collector = await Collector.open({ ...tools, converter }, options.batch ?? BATCH, {
      onProgress: (done) => {
        progress.objects += done.objects
        progress.bytes += done.bytes
        progress.rows += done.rows
        report(context, progress)
      },
      onLedger: (rows) => {
        addToSummary(summary, rows)
        for (const { uri, etag, state } of rows)
          patience?.note(`${uri} ${etag}`, state === 'failed', Date.now())
      },
    })
    return {
      collector,
      progress,
      async close() {
        await collector.close()
        await closeTools()
      },
    }
  } catch (error) {
    await closeTools()
    throw error
  }
}

/** One look at the sources, and everything new of them collected. */
export async function pass(
  options: CollectOptions,
  context: LakeContext,
  run: Run,
  sources: readonly Source[],
  summary: CollectSummary,
  watching?: { readonly cursors: Cursors; readonly patience: Patience },
): Promise<void> {
  const plan: PlanOptions = {
    format: options.format,
    ...(options.fields ? { fields: options.fields } : {}),
    keepDuplicates: options.keepDuplicates === true,
  }
  const { collector, progress } = run
  const onFound = (found: number): void => report(context, progress, found)
  for await (const chunk of chunks(options, context, sources, onFound, watching?.cursors)) {
    const now = Date.now()
    const objects = chunk.filter(
      ({ uri, etag }) => watching?.patience.isDue(`${uri} ${etag}`, now) ?? true,
    )
    progress.totalObjects += objects.length
    progress.totalBytes += objects.reduce((sum, o) => sum + o.size, 0)
    const { known } = await collector.collect(objects, plan)
    summary.unchanged += known
  }
  await collector.adopt()
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
