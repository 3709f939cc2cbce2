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

export const COLLECT_ENGINES = ['duckdb', 'spark', 'auto'] as const

export interface CollectEngineFlags {
  readonly engine: (typeof COLLECT_ENGINES)[number]
}

/** `--engine` of `collect`: who reads the logs. */
export const collectEngineFlag = {
  engine: {
    kind: 'parsed',
    parse: collectEngine,
    default: 'duckdb',
    brief:
      'Who reads the logs: duckdb, in this process; spark, on the cluster at spark.url; auto: spark for large batches, when there is one',
    placeholder: COLLECT_ENGINES.join('|'),
  },
} as const

function engine(text: string): 'duckdb' {
  if (text === 'duckdb') return text
  if (text === 'spark') throw notYet('--engine spark')
  throw unknown(text, ['duckdb', 'spark'])
}

function collectEngine(text: string): CollectEngineFlags['engine'] {
  const known = COLLECT_ENGINES.find((e) => e === text)
  if (known) return known
  throw unknown(text, COLLECT_ENGINES)
}

function unknown(text: string, known: readonly string[]): HeadrigError {
  return new HeadrigError(
    'invalid',
    `${JSON.stringify(text)} is no engine${didYouMean(text, known)}`,
  )
}
