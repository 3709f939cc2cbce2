import type { JobRun, JobRunSpec } from '../clusters/emr-serverless/job-run.js'
import { HeadrigError } from '../core/errors.js'
import type { ClusterContext } from './clusters.js'

export type { JobRun }

export interface SubmitEmrOptions extends JobRunSpec {
  readonly applicationId: string
  /** Of a stand-in; default: that of the region. */
  readonly endpoint?: string | undefined
  /** False: gives the run as soon as it is taken on. */
  readonly wait: boolean
  /** Between two looks at a run, in milliseconds. */
  readonly everyMs?: number
}

/**
 * Runs a Spark job on EMR Serverless and waits for its end; an interrupted wait cancels it.
 * @throws what the service answers; `unavailable` with its reason when the run did not succeed
 */
export async function submitToEmrServerless(
  { applicationId, endpoint, wait, everyMs, ...spec }: SubmitEmrOptions,
  { settings, logger, signal }: Pick<ClusterContext, 'settings' | 'logger' | 'signal'>,
): Promise<JobRun> {
  const [{ openEmrServerless }, { awsIdentity }] = await Promise.all([
    import('../clusters/emr-serverless/client.js'),
    import('../storage/aws-identity.js'),
  ])
  const identity = awsIdentity({ region: settings.s3Region, profile: settings.s3Profile })
  const emr = openEmrServerless({
    applicationId,
    identity,
    ...(endpoint !== undefined && { endpoint }),
  })
  const started = await emr.start(spec, signal)
  logger.info('job run', { id: started.jobRunId })
  if (!wait) return started
  let last = ''
  const run = await emr.wait(started.jobRunId, {
    signal,
    ...(everyMs !== undefined && { everyMs }),
    onState({ state }) {
      if (state !== last) logger.info('job run', { id: started.jobRunId, state })
      last = state
    },
  })
  if (run.state === 'SUCCESS') return run
  throw new HeadrigError(
    'unavailable',
    `job run ${run.jobRunId} ended as ${run.state}: ${run.stateDetails || 'EMR does not say why'}`,
    { details: { run } },
  )
}
