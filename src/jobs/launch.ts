import type { StepSpec } from './step.js'

/** Where an attempt of a step runs. */
export interface LaunchPlace {
  /** Its own folder, where its process starts; removed when the attempt has ended. */
  readonly folder: string
  /** A file of its own for what a framework has to say (Spark, Hadoop): it becomes `syslog.gz` of the logs. */
  readonly syslog: string
  readonly signal: AbortSignal
}

/** What a step turned out to be. */
export type Launch =
  | {
      readonly kind: 'process'
      readonly command: string
      readonly args: readonly string[]
      readonly environment?: Readonly<Record<string, string>>
    }
  | {
      /** Done by headrig itself. It must stop at the signal. */
      readonly kind: 'work'
      /** `say` writes a line to stdout, in the order of the calls. */
      readonly run: (say: (line: string) => void, signal: AbortSignal) => Promise<void>
    }

/**
 * Finds out what is to run.
 * @throws HeadrigError when it cannot run: the step fails with the message
 */
export type Launcher = (spec: StepSpec, place: LaunchPlace) => Promise<Launch>
