import type { QueryResult } from '../../engines/engine.js'

export type Rows = Pick<QueryResult, 'columns' | 'batches' | 'lines'>

export interface RenderOptions {
  /** Columns of the terminal: a table is cut to it. Default: as wide as it is. */
  readonly width?: number
}

/** Text of an answer, piece by piece as rows come; nothing is read ahead of who reads the text. */
export type Renderer = (rows: Rows, options: RenderOptions) => AsyncIterable<string>
