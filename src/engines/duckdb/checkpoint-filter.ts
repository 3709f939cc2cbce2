import type { DuckDBType } from '@duckdb/node-api'
import { identifier, literal } from '../../sql/text.js'
import { fieldType } from './checkpoint-columns.js'
import { SCALAR_TYPES } from './types.js'

/** What must hold of a file's partition value, minimum or maximum, when it is known. */
export interface FileBound {
  readonly of: 'partition' | 'min' | 'max'
  readonly path: readonly string[]
  readonly type: keyof typeof SCALAR_TYPES
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
  /**
   * The same for a column that is known of every file, in words that let the reader pass over row groups:
   * the column as the file's footer spells it, and the condition.
   */
  readonly plain?: { readonly column: string; readonly sql: string } | undefined
}

/** Undefined when this checkpoint cannot tell. */
export function boundCondition(
  bound: FileBound,
  add: DuckDBType | undefined,
): Condition | undefined {
  const value = valueSql(bound)
  const known = value === undefined ? undefined : knownSql(bound, add)
  if (!known) return undefined
  const sql = `${known.sql} ${bound.op} ${value}`
  const plain = known.column && isCertain(bound) ? { column: known.column, sql } : undefined
  return { sql: `coalesce(${sql}, true)`, narrow: known.narrow, plain }
}

/** Whether the value is one of its type, and not null. */
function isCertain({ type, value }: FileBound): boolean {
  if (type !== 'date') return true
  const day = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(String(value))
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
function knownSql(
  bound: FileBound,
  add: DuckDBType | undefined,
): { readonly sql: string; readonly narrow: boolean; readonly column?: string } | undefined {
  const { of, path, type } = bound
  const parsed =
    of === 'partition' ? ['partitionValues_parsed', ...path] : ['stats_parsed', FIELDS[of], ...path]
  if (String(fieldType(add, parsed)) === SCALAR_TYPES[type]) {
    const column = ['add', ...parsed].join(', ')
    const sql = `add.${parsed.map(identifier).join('.')}`
    return { sql, narrow: true, ...(parsed.every((p) => /^\w+$/.test(p)) ? { column } : {}) }
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
