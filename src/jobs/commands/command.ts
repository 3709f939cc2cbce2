import type { SparkConf } from '../../clusters/local/properties.js'
import type { SystemUser } from '../../core/system-user.js'
import type { ByteStore } from '../../storage/store.js'
import type { KerberosTicket } from '../hadoop/kerberos.js'
import type { StepHadoop } from '../hadoop/step-hadoop.js'
import type { Launch, LaunchPlace } from '../launch.js'
import type { SparkEngine, StepSpark } from '../spark/step-spark.js'
import type { StepSpec } from '../step.js'

/** What commands get from headrig. */
export interface CommandContext {
  /** Opens a store with the credentials of the step's role. */
  readonly open: (uri: string, spec: StepSpec) => ByteStore
  /**
   * The Spark of the step's cluster, started when it does not run yet. Undefined where there is none: steps that need
   * it are refused.
   */
  readonly spark?: (spec: StepSpec, signal: AbortSignal) => Promise<StepSpark>
  /** What Hadoop Streaming runs on (`localHadoop`). Undefined where there is none: steps that need it are refused. */
  readonly hadoop?: (spec: StepSpec) => Promise<StepHadoop>
  /** The Spark that is installed here, for programs that need its jars but no cluster. */
  readonly engine?: (spec: StepSpec) => Promise<SparkEngine>
  /** Whom steps run as, if not headrig's own user: what they share must be that user's. */
  readonly user?: SystemUser
  /** What the step's programs, and its Hadoop, log in by where its cluster asks for Kerberos. */
  readonly ticket?: KerberosTicket
  /** Our own command line: the program and its first arguments, such as Node and `main.js`. */
  readonly headrig?: readonly string[]
  /** Variables that tell our own command line of the server's settings (HEADRIG_LAKE, …); never a credential. */
  readonly settings?: Readonly<Record<string, string>>
  /** How Hadoop's and Spark's programs reach S3, by names such as `fs.s3a.endpoint`; never a credential. */
  readonly hadoopConf?: SparkConf
}

export interface CommandCall extends LaunchPlace {
  readonly spec: StepSpec
  /** Without the program's name. */
  readonly args: readonly string[]
  readonly context: CommandContext
}

/** A program of EMR's: what its arguments make it do. Throws HeadrigError for what it cannot do. */
export type Command = (call: CommandCall) => Promise<Launch>
