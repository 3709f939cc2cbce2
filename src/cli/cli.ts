import type { CommandContext } from '@stricli/core'
import type { System } from './system.js'

/** What every command has as `this`. */
export interface Cli extends CommandContext {
  readonly system: System
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal
  /** The exit code of a command that did its work, when that is not 0. */
  exitWith(code: number): void
  /** What may come next on the command line, given the words so far; the last may be a part. */
  propose(words: readonly string[]): Promise<readonly string[]>
}
