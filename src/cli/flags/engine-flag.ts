import { didYouMean } from '../../core/closest.js'
import { HeadrigError } from '../../core/errors.js'

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
