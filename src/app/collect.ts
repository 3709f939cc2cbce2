import { sleep } from '../core/concurrency.js'
import { isKind } from '../core/errors.js'
import { notCollected } from '../collect/collector.js'
import type { Cursors } from '../collect/discover.js'
import { Patience } from '../collect/patience.js'
import { openSource, type Source } from '../collect/source.js'
import { withCounts, type CountingStore } from '../storage/count.js'
import { checkTokens } from '../front/plan-memory.js'
import { openStore } from '../storage/open.js'
import { chunks } from './collect/chunks.js'
import type { CollectOptions } from './collect/options.js'
import { openRun, pass, type Run } from './collect/run.js'
import { type CollectSummary, emptySummary } from './collect/summary.js'
import { openTools } from './collect/tools.js'
import { storeOptions, type LakeContext } from './context.js'

export type { CollectOptions } from './collect/options.js'
export type { CollectSummary } from './collect/summary.js'

/**
 * Collects logs into the lake, each record once.
 * @throws HeadrigError `not-found` for a source that is not there, `invalid` for more fields than a line can have;
 *   a failed object throws nothing, see `failures`
 * @example await collect({ uris: ['s3://logs/AWSLogs/'], format: 'auto' }, context)
 */
export async function collect(
  options: CollectOptions,
  context: LakeContext,
): Promise<CollectSummary> {
  // Before an object is read: all of them would be rejected for it, and settled.
  checkTokens(options.fields ?? [])
  const started = Date.now()
  const summary = emptySummary()
  const stores: CountingStore[] = []
  const open = (uri: string): CountingStore => {
    const store = withCounts(openStore(uri, storeOptions(context.settings)))
    stores.push(store)
    return store
  }
  const sources = await Promise.all(options.uris.map((uri) => openSource(uri, open)))
  if (options.dryRun) await dryRun(options, context, sources, summary)
  else if (options.watch) await watch(options, context, sources, summary, options.watch.intervalMs)
  else await collectOnce(options, context, sources, summary)
  summary.lists = stores.reduce(
    (sum, { counts }) => sum + counts.list.calls + counts.listFolders.calls,
    0,
  )
  summary.seconds = (Date.now() - started) / 1000
  return summary
}

async function collectOnce(
  options: CollectOptions,
  context: LakeContext,
  sources: readonly Source[],
  summary: CollectSummary,
): Promise<void> {
  const run = await openRun(options, context, sources, summary)
  try {
    await pass(options, context, run, sources, summary)
  } finally {
    await run.close()
  }
}

/** Between two looks at what is out of reach, unless the user's interval is longer. */
const LONGEST_OUTAGE_MS = 300_000

/** Until the signal: an outage is waited out, and what was under way is taken up from the plans. */
async function watch(
  options: CollectOptions,
  context: LakeContext,
  sources: readonly Source[],
  summary: CollectSummary,
  intervalMs: number,
): Promise<void> {
  const patience = new Patience(intervalMs)
  let outage = 0
  while (!context.signal.aborted) {
    let run: Run | undefined
    try {
      const cursors: Cursors = new Map()
      run = await openRun(options, context, sources, summary, patience)
      for (;;) {
        await pass(options, context, run, sources, summary, { cursors, patience })
        outage = 0
        await sleep(intervalMs, context.signal)
      }
    } catch (error) {
      if (context.signal.aborted) return
      if (!isKind(error, 'unavailable')) throw error
      outage = Math.max(intervalMs, Math.min(2 * outage, LONGEST_OUTAGE_MS))
      context.logger.warn('out of reach for now; watching goes on', { error: error.message })
    } finally {
      await run?.close()
    }
    await sleep(outage, context.signal).catch(() => undefined)
  }
}

/** Says what would be collected; the lake and the lanes of its collectors stay as they are. */
async function dryRun(
  options: CollectOptions,
  context: LakeContext,
  sources: readonly Source[],
  summary: CollectSummary,
): Promise<void> {
  const tools = await openTools(context, sources)
  const plan: { uri: string; size: number }[] = []
  try {
    const onFound = (found: number): void =>
      context.progress.update({ phase: 'finding objects', objects: { done: found, total: found } })
    for await (const objects of chunks(options, context, sources, onFound)) {
      const fresh = await notCollected(tools, objects)
      summary.objects += fresh.length
      summary.unchanged += objects.length - fresh.length
      for (const { uri, size } of fresh) {
        summary.bytes += size
        if (plan.length < 100) plan.push({ uri, size })
      }
    }
    summary.plan = plan
  } finally {
    await tools.close()
  }
}
