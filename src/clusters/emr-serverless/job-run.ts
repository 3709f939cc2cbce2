/** EMR Serverless's words. */
export const JOB_RUN_STATES = [
  'SUBMITTED',
  'PENDING',
  'SCHEDULED',
  'QUEUED',
  'RUNNING',
  'SUCCESS',
  'FAILED',
  'CANCELLING',
  'CANCELLED',
] as const
export type JobRunState = (typeof JOB_RUN_STATES)[number]

const ENDS: ReadonlySet<JobRunState> = new Set(['SUCCESS', 'FAILED', 'CANCELLED'])

/** Whether a run is over. */
export function isOver(state: JobRunState): boolean {
  return ENDS.has(state)
}

/** A Spark job for EMR Serverless. */
export interface JobRunSpec {
  readonly name?: string
  /** A `.py` or `.jar` in S3. */
  readonly entryPoint: string
  readonly args?: readonly string[]
  /** Of a `.jar`: the class whose `main` runs. */
  readonly mainClass?: string
  /** Files in S3 that join the job: `.jar`, `.py`, `.zip`. */
  readonly jars?: readonly string[]
  readonly pyFiles?: readonly string[]
  readonly conf?: Readonly<Record<string, string>>
  /** The role that the job acts as. */
  readonly executionRoleArn: string
  /** Where the logs of driver and executors go. */
  readonly logUri?: string
  readonly timeoutMinutes?: number
  readonly tags?: Readonly<Record<string, string>>
  /** The same token makes the same run, however often it is sent; default: made up. */
  readonly clientToken?: string
}

export interface JobRun {
  readonly applicationId: string
  readonly jobRunId: string
  readonly name: string | undefined
  readonly state: JobRunState
  /** What EMR says of the state, such as why it failed. */
  readonly stateDetails: string
  readonly createdAt: string | undefined
  readonly updatedAt: string | undefined
}
