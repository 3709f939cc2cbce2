import { basename, join } from 'node:path'
import { mapLimit } from '../core/concurrency.js'
import {
  clearJobFolder,
  makeJobFolder,
  writeJobRecord,
  type JobRecord,
} from '../clusters/submit/job-folder.js'
import { runSparkJob } from '../clusters/submit/submit-job.js'
import { findSparkHome } from '../clusters/local/spark-home.js'
import { enginesFolder } from './clusters.js'
import { lakeTables } from './lake-tables.js'
import { awsVariables } from './submit/aws-variables.js'
import { externalMounts } from './submit/external-mounts.js'
import { jobFile } from './submit/job-file.js'
import { lakeConf } from './submit/lake-conf.js'
import { jobMaster } from './submit/job-master.js'
import type { SubmitContext, SubmitOptions, SubmittedJob } from './submit/options.js'
import { lakeMounts } from './submit/mounts.js'

export type { SubmitContext, SubmitOptions, SubmittedJob } from './submit/options.js'
export type { SubmitTo } from './submit/job-master.js'

export { readSecretFile as readMasterSecret } from '../clusters/submit/master.js'

/**
 * Runs a Spark job of the user's with the lake mounted: every table and view is there by its name in the session
 * that the job opens. Its output goes to the sinks as it comes; its end is awaited. A job that fails throws nothing:
 * see `exitStatus`.
 * @throws `not-found` for a file or a cluster, `unavailable` without Spark, Java or Python; the signal's reason when
 * it is interrupted, after all that it started has ended
 * @example const { exitStatus } = await submitJob({ file: 'job.py', cwd: '.', stdout, stderr }, context)
 */
export async function submitJob(
  options: SubmitOptions,
  context: SubmitContext,
): Promise<SubmittedJob> {
  const { file, args = [], cwd, name = basename(file), stdout, stderr } = options
  const { settings, env, logger, signal } = context
  const spark = await findSparkHome({
    home: settings.sparkHome,
    jars: settings.sparkJars,
    enginesFolder: enginesFolder(settings),
  })
  const master = await jobMaster(options.to ?? { kind: 'cluster' }, context)
  const tables = await lakeTables(context)
  const totals = await mapLimit(tables, 4, (table) => table.snapshot().totals())
  const files = Math.max(0, ...totals.map((t) => t.files))
  const mounts = [
    ...(await lakeMounts(tables, context)),
    ...(await externalMounts(options.externals ?? [], context)),
  ]
  const job = await makeJobFolder(join(settings.dataFolder, 'jobs'))
  const local = (uri: string): Promise<string> => jobFile(uri, cwd, job.work, context)
  const record: JobRecord = {
    id: job.id,
    name,
    file,
    master: master.url,
    state: 'RUNNING',
    startedAt: new Date().toISOString(),
  }
  const end = async (state: JobRecord['state'], exitStatus?: number): Promise<JobRecord> => {
    const endedAt = new Date().toISOString()
    const ended = { ...record, state, endedAt, ...(exitStatus !== undefined && { exitStatus }) }
    await writeJobRecord(job, ended)
    return ended
  }
  await writeJobRecord(job, record)
  logger.info(`job ${job.id} on ${master.url}`, { logs: job.folder })
  try {
    const exitStatus = await runSparkJob(
      {
        file: await local(file),
        args,
        name,
        master,
        mounts,
        mainClass: options.mainClass,
        jars: await Promise.all((options.jars ?? []).map(local)),
        pyFiles: await Promise.all((options.pyFiles ?? []).map(local)),
        conf: { ...lakeConf(files, context), ...options.conf },
      },
      job,
      {
        spark,
        env: { ...env, ...(await awsVariables(context)), HEADRIG_LAKE: settings.lake },
        cwd,
        stdout,
        stderr,
        signal,
      },
    )
    const ended = await end(exitStatus === 0 ? 'COMPLETED' : 'FAILED', exitStatus)
    return { ...ended, exitStatus, folder: job.folder }
  } catch (error) {
    await end(signal.aborted ? 'CANCELLED' : 'FAILED')
    throw error
  } finally {
    await clearJobFolder(job)
  }
}
