import { didYouMean } from '../../core/closest.js'
import { HeadrigError } from '../../core/errors.js'
import { notYet } from '../later.js'

export interface EngineFlags {
  readonly engine: 'duckdb'
}

/** `--engine`: which engine does the work. */
export const engineFlag = {
  engine: {
    kind: 'parsed',
    parse: engine,
    default: 'duckdb',
    brief: 'The engine: duckdb, in this process',
    placeholder: 'duckdb|spark',
  },
} as const

function engine(text: string): 'duckdb' {
  if (text === 'duckdb') return text
  if (text === 'spark') throw notYet('--engine spark')
  throw new HeadrigError(
    'invalid',
    `${JSON.stringify(text)} is no engine${didYouMean(text, ['duckdb', 'spark'])}`,
  )
}
