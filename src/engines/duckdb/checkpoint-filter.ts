import type { DuckDBType } from '@duckdb/node-api'
import { identifier, literal } from '../../sql/text.js'
import { fieldType, SQL_TYPES } from './checkpoint-columns.js'

/** What must hold of a file's partition value, minimum or maximum, when it is known. */
export interface FileBound {
  readonly of: 'partition' | 'min' | 'max'
  readonly path: readonly string[]
  readonly type: keyof typeof SQL_TYPES
  readonly op: '<' | '<=' | '>' | '>='
  /** Timestamps in microseconds since 1970, days as text, booleans as 0 and 1. */
  readonly value: string | number
}

const FIELDS = { partition: 'partitionValues', min: 'minValues', max: 'maxValues' } as const

/** A condition that is true for every file that is wanted, or of which it is not known. */
export interface Condition {
  readonly sql: string
  /** Whether it is judged without the statistics' text, most of a checkpoint. */
  readonly narrow: boolean
}

/** Undefined when this checkpoint cannot tell. */
export function boundCondition(
  bound: FileBound,
  add: DuckDBType | undefined,
): Condition | undefined {
  const value = valueSql(bound)
  const known = value === undefined ? undefined : knownSql(bound, add)
  return known && { sql: `coalesce(${known.sql} ${bound.op} ${value}, true)`, narrow: known.narrow }
}

/** Those paths, and all that are written in a way of their own: escaped, or absolute. */
export function pathCondition(column: string, paths: readonly string[]): Condition {
  const list = paths.map(literal).join(', ')
  const odd = [
    `contains(${column}, '%')`,
    `contains(${column}, ':')`,
    `starts_with(${column}, '/')`,
  ]
  const sql = `(${column} IN (SELECT unnest([${list}]::VARCHAR[])) OR ${odd.join(' OR ')})`
  return { sql, narrow: true }
}

/** The value in its own type, where the checkpoint has it so, or out of text. */
function knownSql(bound: FileBound, add: DuckDBType | undefined): Condition | undefined {
  const { of, path, type } = bound
  const parsed =
    of === 'partition' ? ['partitionValues_parsed', ...path] : ['stats_parsed', FIELDS[of], ...path]
  if (String(fieldType(add, parsed)) === SQL_TYPES[type]) {
    return { sql: `add.${parsed.map(identifier).join('.')}`, narrow: true }
  }
  if (of === 'partition') {
    if (type !== 'string' && type !== 'date') return undefined
    const text = `add.partitionValues[${literal(path[0] ?? '')}]`
    return { sql: fromText(text, type), narrow: true }
  }
  if (fieldType(add, ['stats']) === undefined || (type !== 'timestamp' && type !== 'string')) {
    return undefined
  }
  const inJson = `$.${[FIELDS[of], ...path].map((p) => JSON.stringify(p)).join('.')}`
  const text = `(CASE WHEN json_valid(add.stats) THEN add.stats END ->> ${literal(inJson)})`
  return { sql: fromText(text, type), narrow: false }
}

function fromText(text: string, type: FileBound['type']): string {
  if (type === 'string') return text
  if (type === 'date') return `try_cast(${text} AS DATE)`
  return `CASE WHEN ${text} LIKE '%Z' THEN try_cast(${text} AS TIMESTAMPTZ) END`
}

function valueSql({ type, value }: FileBound): string | undefined {
  if (typeof value === 'string') {
    if (value.includes('\0')) return undefined
    return type === 'date' ? `try_cast(${literal(value)} AS DATE)` : literal(value)
  }
  if (type === 'timestamp') return timestampSql(value)
  if (type === 'boolean') return undefined
  return Number.isSafeInteger(value) ? String(value) : `${value}::DOUBLE`
}

/** Undefined for years that ISO text has no four digits for. */
function timestampSql(micros: number): string | undefined {
  const ms = Math.floor(micros / 1000)
  const text = Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : ''
  if (!/^\d{4}-/.test(text)) return undefined
  const rest = String(micros - ms * 1000).padStart(3, '0')
  return `TIMESTAMPTZ ${literal(text.replace('Z', `${rest}+00`))}`
}
