import { collect, type CollectOptions, type CollectSummary } from '../../app/collect.js'
import { findFormat } from '../../app/formats.js'
import { location } from '../../core/setting.js'
import { HeadrigError } from '../../core/errors.js'
import { grouped } from '../../core/grouped.js'
import { formatSize } from '../../core/size.js'
import type { Cli } from '../cli.js'
import type { AnswerFlags } from '../flags/setting-flags.js'
import type { TimeFlags } from '../flags/time-flags.js'
import { withLake } from '../with-lake.js'
import { write } from '../write.js'

export interface CollectFlags extends AnswerFlags, TimeFlags {
  readonly format: string
  readonly output?: 'text' | 'json'
  readonly account?: readonly string[]
  readonly region?: readonly string[]
  readonly watch?: number
  readonly dryRun?: boolean
  readonly fields?: readonly string[]
  readonly keepDuplicates?: boolean
}

export async function runCollect(this: Cli, flags: CollectFlags, ...uris: string[]): Promise<void> {
  const asJson = flags.output === 'json' || flags.format === 'json'
  const format = flags.format === 'json' ? 'auto' : flags.format
  if (format !== 'auto') findFormat(format)
  const options: CollectOptions = {
    uris: uris.map((uri) => location(uri, this.system.cwd)),
    format,
    ...(flags.from && { from: flags.from }),
    ...(flags.to && { to: flags.to }),
    ...(flags.account && { accounts: flags.account }),
    ...(flags.region && { regions: flags.region }),
    ...(flags.dryRun && { dryRun: true }),
    ...(flags.watch !== undefined && { watch: { intervalMs: flags.watch } }),
    ...(flags.fields && { fields: flags.fields }),
    ...(flags.keepDuplicates && { keepDuplicates: true }),
  }
  await withLake(this, flags, async (context) => {
    const summary = await collect(options, context)
    context.progress.done()
    const text = asJson ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(summary)
    await write(this.system.stdout, text)
    if (!asJson) context.logger.info(totalsText(summary))
    if (summary.rejected > 0) {
      context.logger.warn(
        `${grouped(summary.rejected)} records could not be read: headrig query "select source_object, source_row, reason from ingest_rejects" tells why`,
      )
    }
    refuseFailures(summary)
  })
}

/** One line for each table, or for each object that would be collected. */
export function summaryText(summary: CollectSummary): string {
  const { plan } = summary
  if (plan) return plan.map(({ uri, size }) => `${uri}\t${size}\n`).join('')
  return Object.entries(summary.tables)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([table, t]) => {
      const counts = [`${table}: ${grouped(t.rows)} rows from ${grouped(t.objects)} objects`]
      if (t.rejected > 0) counts.push(`${grouped(t.rejected)} rejected`)
      if (t.duplicates > 0) counts.push(`${grouped(t.duplicates)} duplicates left out`)
      return `${counts.join(', ')}\n`
    })
    .join('')
}

function totalsText(summary: CollectSummary): string {
  const { objects, bytes, seconds, unchanged, skipped, lists, plan } = summary
  const what = `${grouped(objects)} objects, ${formatSize(bytes)}`
  const parts = [
    plan
      ? `would collect ${what}${objects > plan.length ? `; the first ${plan.length} are listed` : ''}`
      : `${what}, in ${seconds.toFixed(1)} s (${grouped(lists)} LIST calls)`,
  ]
  if (unchanged > 0) parts.push(`${grouped(unchanged)} were collected before`)
  if (skipped > 0) parts.push(`${grouped(skipped)} are no logs`)
  return parts.join('; ')
}

/** Throws when objects failed: `unavailable` when trying again may help, else `invalid`. */
function refuseFailures({ failed, unreadable, failures }: CollectSummary): void {
  const count = failed + unreadable
  if (count === 0) return
  const outside = failures.some(({ kind }) => kind === 'unavailable' || kind === 'forbidden')
  const listed = failures.map(({ uri, error }) => `\n  ${uri}: ${error}`).join('')
  const more = count > failures.length ? `\n  and ${grouped(count - failures.length)} more` : ''
  throw new HeadrigError(
    outside ? 'unavailable' : 'invalid',
    `${grouped(count)} objects could not be read (all are in the table ingest_objects):${listed}${more}`,
  )
}
