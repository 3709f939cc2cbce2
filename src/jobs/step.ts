export interface StepLimits {
  /** From the start of an attempt to its end. */
  readonly timeMs?: number
  /** Of processor time, per process. Needs `prlimit`. */
  readonly cpuSeconds?: number
  /** Of address space, per process. Needs `prlimit`. */
  readonly addressSpaceBytes?: number
  /** Of stdout and stderr together. Default 1 GiB. */
  readonly outputBytes?: number
}
