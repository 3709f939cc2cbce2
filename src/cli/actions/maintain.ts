import { compact, retain, vacuum } from '../../app/maintain.js'
import { grouped } from '../../core/grouped.js'
import { formatSize } from '../../core/size.js'
import type { Cli } from '../cli.js'
import type { ReportFlags } from '../flags/report-flags.js'
import type { AnswerFlags, LakeFlags } from '../flags/setting-flags.js'
import { report } from '../report.js'
import { withLake } from '../with-lake.js'

export interface RetainFlags extends LakeFlags, ReportFlags {
  readonly dryRun?: boolean
  readonly days?: number
  readonly remember?: boolean
}

export interface VacuumFlags extends LakeFlags, ReportFlags {
  readonly dryRun?: boolean
  readonly olderThan: number
  readonly force?: boolean
}

export interface CompactFlags extends AnswerFlags, ReportFlags {
  readonly dryRun?: boolean
  readonly targetSize: number
}

export async function runCompact(
  this: Cli,
  flags: CompactFlags,
  ...tables: string[]
): Promise<void> {
  const dryRun = flags.dryRun === true
  const options = { tables, targetBytes: flags.targetSize, dryRun }
  const summary = await withLake(this, flags, (context) => compact(options, context))
  const lines = summary.tables
    .filter((t) => t.filesBefore > 0 || t.skipped > 0)
    .map((t) => {
      const before = `${t.table}: ${grouped(t.filesBefore)} files (${formatSize(t.bytesBefore)})`
      if (dryRun) return `${before} would be merged`
      const skipped = t.skipped > 0 ? `, ${grouped(t.skipped)} groups left to the next run` : ''
      return `${before} became ${grouped(t.filesAfter)} (${formatSize(t.bytesAfter)})${skipped}`
    })
  await report(this, flags, summary, lines.length > 0 ? lines : ['nothing to compact'])
}

export async function runRetain(this: Cli, flags: RetainFlags, ...tables: string[]): Promise<void> {
  const dryRun = flags.dryRun === true
  const options = {
    tables,
    dryRun,
    ...(flags.days !== undefined && { days: flags.days }),
    ...(flags.remember && { remember: true }),
  }
  const summary = await withLake(this, flags, (context) => retain(options, context))
  const verb = dryRun ? 'would drop' : 'dropped'
  const lines = summary.tables.map((t) =>
    t.from === undefined
      ? `${t.table}: keeps everything`
      : `${t.table}: ${verb} ${grouped(t.rows)} rows in ${grouped(t.files)} files (${formatSize(t.bytes)}), all before ${t.from}`,
  )
  await report(this, flags, summary, lines)
}

export async function runVacuum(this: Cli, flags: VacuumFlags, ...tables: string[]): Promise<void> {
  const dryRun = flags.dryRun === true
  const options = { tables, olderThanMs: flags.olderThan, dryRun, force: flags.force === true }
  const summary = await withLake(this, flags, (context) => vacuum(options, context))
  const verb = dryRun ? 'would be deleted' : 'deleted'
  const lines = summary.tables.map(
    (t) =>
      `${t.table}: ${grouped(t.files)} files (${formatSize(t.bytes)}) and ${grouped(t.logFiles)} of the log ${verb}`,
  )
  if (summary.scratch > 0) lines.push(`scratch: ${grouped(summary.scratch)} files ${verb}`)
  await report(this, flags, summary, lines)
}
