/** As Amazon EMR names them. A step that ended never leaves its state. */
export type StepState =
  | 'PENDING'
  | 'RUNNING'
  | 'CANCEL_PENDING'
  | 'COMPLETED'
  | 'CANCELLED'
  | 'FAILED'

/** What is to run, and how. It is written to the state: credentials never stand in it. */
export interface StepSpec {
  readonly id: string
  /** The cluster. Steps of one cluster wait for each other. */
  readonly cluster: string
  readonly name: string
  /** `command-runner.jar`, an old jar of EMR's, or one of the user's own. */
  readonly jar: string
  readonly args: readonly string[]
  readonly mainClass?: string
  readonly properties?: Readonly<Record<string, string>>
  /** The role that the step has in place of the cluster's. */
  readonly role?: string
  /** Who added it, as far as sessions of its role are to say so. */
  readonly sourceIdentity?: string
  /** Where its logs go: `s3://bucket/prefix`. Without: they stay on this machine. */
  readonly logUri?: string
  readonly limits?: StepLimits
  /** How often it is tried, the first time included. Default 1. A step that was cancelled is not tried again. */
  readonly attempts?: number
  /** Steps of the same cluster that must be COMPLETED before. When one ends otherwise, this one is CANCELLED. */
  readonly after?: readonly string[]
}

export interface StepLimits {
  /** From the start of an attempt to its end. */
  readonly timeMs?: number
  /** Of processor time, per process. Needs `prlimit`. */
  readonly cpuSeconds?: number
  /** Of address space, per process. Needs `prlimit`. */
  readonly addressSpaceBytes?: number
  /** Of stdout, stderr and syslog together. Default 1 GiB. */
  readonly outputBytes?: number
}

/** As Amazon EMR tells them. */
export interface FailureDetails {
  readonly reason: string
  readonly message: string
  readonly logFile?: string
}

/** What is known of a step. Times are milliseconds since 1970. */
export interface StepRecord {
  readonly spec: StepSpec
  readonly state: StepState
  readonly created: number
  readonly started?: number
  readonly ended?: number
  /** The attempt that runs or ran: 1 is the first; 0 before it. */
  readonly attempt: number
  readonly exitCode?: number
  readonly signal?: string
  readonly failure?: FailureDetails
}

/** `interrupt` sends SIGTERM to the step, and SIGKILL when that does not help; `kill` SIGKILL at once. */
export type CancelHow = 'interrupt' | 'kill'

/** True when nothing more will happen to it. */
export function hasEnded(state: StepState): boolean {
  return state === 'COMPLETED' || state === 'CANCELLED' || state === 'FAILED'
}
