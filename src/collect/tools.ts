import type { Logger } from '../core/logger.js'
import type { DuckDbEngine } from '../engines/duckdb/open.js'
import type { ByteRange, Converter } from '../engines/engine.js'
import type { Lake } from '../lake/lake.js'
import type { LakeFiles } from './lake-files.js'

/** What a collector works with. */
export interface BatchTools {
  readonly lake: Lake
  readonly engine: DuckDbEngine
  readonly converter: Converter
  readonly files: LakeFiles
  /** Reads a source object's bytes, or some of them. */
  readonly fetch: (uri: string, range?: ByteRange) => Promise<Uint8Array>
  /** Local folder for what a batch leaves behind while it is worked on. */
  readonly scratch: string
  readonly logger: Logger
  readonly signal: AbortSignal
}
