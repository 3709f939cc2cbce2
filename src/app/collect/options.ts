import type { BatchSize } from '../../collect/collector.js'
import type { EngineName } from '../../core/config-settings.js'

export interface CollectOptions {
  /** Files, folders, globs, `s3://bucket/prefix`. */
  readonly uris: readonly string[]
  /** `auto` or a log type's id. */
  readonly format: string
  /** Only objects delivered from this time on. */
  readonly from?: Date
  /** Only objects delivered before this time. */
  readonly to?: Date
  readonly accounts?: readonly string[]
  readonly regions?: readonly string[]
  /** Say what would be collected, change nothing. */
  readonly dryRun?: boolean
  /** Look for new objects again and again, until the context's signal ends it. */
  readonly watch?: { readonly intervalMs: number }
  /** The order of fields for lines without a header. */
  readonly fields?: readonly string[]
  readonly keepDuplicates?: boolean
  /** Who reads: default: the setting; `auto`: Spark when there is one and enough to read. */
  readonly engine?: EngineName
  /** How much one commit takes; smaller batches lose less at a kill, and cost more. */
  readonly batch?: BatchSize
}
