import type { ByteStore } from '../../storage/store.js'
import type { Launch, LaunchPlace } from '../launch.js'
import type { StepSpec } from '../step.js'

/** What commands get from headrig. */
export interface CommandContext {
  /** Opens a store with the credentials of the step's role. */
  readonly open: (uri: string, spec: StepSpec) => ByteStore
}

export interface CommandCall extends LaunchPlace {
  readonly spec: StepSpec
  /** Without the program's name. */
  readonly args: readonly string[]
  readonly context: CommandContext
}

/** A program of EMR's: what its arguments make it do. Throws HeadrigError for what it cannot do. */
export type Command = (call: CommandCall) => Promise<Launch>
