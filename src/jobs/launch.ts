import type { StepSpec } from './step.js'

/** Where an attempt of a step runs. */
export interface LaunchPlace {
  /** Its own folder, for its owner only. */
  readonly folder: string
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
      readonly run: (say: (line: string) => void, signal: AbortSignal) => Promise<void>
    }

/**
 * Finds out what is to run.
 * @throws HeadrigError when it cannot run: the step fails with the message
 */
export type Launcher = (spec: StepSpec, place: LaunchPlace) => Promise<Launch>
