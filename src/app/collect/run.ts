import { ahead } from '../../core/concurrency.js'
import { Collector } from '../../collect/collector.js'
import type { Cursors } from '../../collect/discover.js'
import type { Patience } from '../../collect/patience.js'
import type { PlanOptions } from '../../collect/plans.js'
import type { Source } from '../../collect/source.js'
import type { Converter } from '../../engines/engine.js'
import type { LakeContext } from '../context.js'
import { chunks } from './chunks.js'
import { openConverter } from './open-converter.js'
import type { CollectOptions } from './options.js'
import { addToSummary, type CollectSummary } from './summary.js'
import { openTools } from './tools.js'

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
  const progress = { objects: 0, bytes: 0, rows: 0, totalObjects: 0, totalBytes: 0 }
  const tools = await openTools(context, sources)
  let converter: Converter | undefined
  const closeTools = async (): Promise<void> => {
    try {
      await converter?.close()
    } finally {
      await tools.close()
    }
  }
  try {
    const chosen = await openConverter(
      options.engine ?? context.settings.engine,
      context,
      tools.engine,
    )
    converter = chosen.converter
    const batch = options.batch ?? chosen.batch
    const collector = await Collector.open({ ...tools, converter }, batch, {
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
        try {
          await collector.close()
        } finally {
          await closeTools()
        }
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
  const found = chunks(options, context, sources, onFound, watching?.cursors)
  // A bucket takes as long to list as to read when its objects are small.
  for await (const chunk of ahead(found)) {
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
