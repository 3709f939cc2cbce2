import { verify } from '../../app/maintain.js'
import { HeadrigError } from '../../core/errors.js'
import { grouped } from '../../core/grouped.js'
import { formatSize } from '../../core/size.js'
import type { Cli } from '../cli.js'
import type { ReportFlags } from '../flags/report-flags.js'
import type { LakeFlags } from '../flags/setting-flags.js'
import { report } from '../report.js'
import { withLake } from '../with-lake.js'

export interface VerifyFlags extends LakeFlags, ReportFlags {
  readonly deep?: boolean
}

export async function runVerify(this: Cli, flags: VerifyFlags, ...tables: string[]): Promise<void> {
  const summary = await withLake(this, flags, async (context) => {
    const found = await verify({ tables, deep: flags.deep === true }, context)
    if (found.openBatches > 0) {
      context.logger.warn(
        `${grouped(found.openBatches)} batches are under way or were left unfinished, so rows were not compared with the ledger: run headrig collect again to finish them`,
      )
    }
    return found
  })
  const { findings } = summary
  await report(this, flags, summary, [
    ...summary.tables.map(
      (t) =>
        `${t.table}: ${grouped(t.rows)} rows in ${grouped(t.files)} files (${formatSize(t.bytes)})`,
    ),
    ...findings.map((f) => `${f.table}${f.path === undefined ? '' : `/${f.path}`}: ${f.detail}`),
  ])
  if (findings.length === 0) return
  throw new HeadrigError('conflict', `${grouped(findings.length)} things do not add up, see above`)
}
