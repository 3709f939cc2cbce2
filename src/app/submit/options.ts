import type { JobRecord } from '../../clusters/submit/job-folder.js'
import type { Sink } from '../../clusters/submit/run-driver.js'
import type { Environment } from '../../core/config-settings.js'
import type { LakeContext } from '../context.js'
import type { SubmitTo } from './job-master.js'

export interface SubmitOptions {
  /** A Python program or a jar: a path, or `s3://`. */
  readonly file: string
  readonly args?: readonly string[]
  /** Of a jar; default: what its manifest says. */
  readonly mainClass?: string
  readonly jars?: readonly string[]
  readonly pyFiles?: readonly string[]
  /** External tables to mount beside the lake's own: their files are listed before the job starts. */
  readonly externals?: readonly string[]
  /** Spark settings on top of ours. */
  readonly conf?: Readonly<Record<string, string>>
  /** Default: that of the file. */
  readonly name?: string
  readonly to?: SubmitTo
  /** The folder that the job starts in, and that relative paths start from. */
  readonly cwd: string
  readonly stdout: Sink
  readonly stderr: Sink
}

export interface SubmitContext extends LakeContext {
  /** The variables that the job gets. */
  readonly env: Environment
}

export interface SubmittedJob extends JobRecord {
  /** Of the driver: 128 + n when signal n ended it. */
  readonly exitStatus: number
  /** Where its `stdout` and `stderr` are kept. */
  readonly folder: string
}
