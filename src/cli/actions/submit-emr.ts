import { submitToEmrServerless } from '../../app/emr-serverless.js'
import type { Cli } from '../cli.js'
import { clusterContext } from '../cluster-context.js'
import type { ReportFlags } from '../flags/report-flags.js'
import type { CommonFlags } from '../flags/setting-flags.js'
import { parseConf } from '../parse-conf.js'
import { report } from '../report.js'

export interface SubmitEmrFlags extends CommonFlags, ReportFlags {
  readonly s3Region?: string
  readonly s3Profile?: string
  readonly application: string
  readonly role: string
  readonly class?: string
  readonly jars?: readonly string[]
  readonly pyFiles?: readonly string[]
  readonly conf?: readonly string[]
  readonly name?: string
  readonly logUri?: string
  readonly endpoint?: string
  readonly noWait?: boolean
}

export async function runSubmitEmr(
  this: Cli,
  flags: SubmitEmrFlags,
  entryPoint: string,
  ...args: string[]
): Promise<void> {
  const { application, role, name, logUri, endpoint, jars, pyFiles, noWait } = flags
  const run = await submitToEmrServerless(
    {
      applicationId: application,
      executionRoleArn: role,
      entryPoint,
      args,
      conf: parseConf(flags.conf ?? []),
      endpoint,
      wait: noWait !== true,
      ...(flags.class !== undefined && { mainClass: flags.class }),
      ...(jars && { jars }),
      ...(pyFiles && { pyFiles }),
      ...(name !== undefined && { name }),
      ...(logUri !== undefined && { logUri }),
    },
    await clusterContext(this, flags),
  )
  await report(this, flags, run, [`job run ${run.jobRunId}: ${run.state}`])
}
