/** A type as far as the meaning of a query depends on it. */
export type SqlType =
  | { readonly kind: Plain }
  | { readonly kind: 'integer'; readonly bits: 8 | 16 | 32 | 64 | 128 }
  | { readonly kind: 'decimal'; readonly width: number; readonly scale: number }
  | { readonly kind: 'list'; readonly item: SqlType }
  | { readonly kind: 'struct'; readonly fields: readonly SqlField[] }
  | { readonly kind: 'map'; readonly key: SqlType; readonly value: SqlType }

type Plain =
  | 'null'
  | 'boolean'
  | 'float'
  | 'double'
  | 'string'
  | 'json'
  | 'binary'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'other'

export interface SqlField {
  readonly name: string
  readonly type: SqlType
}

const plain = (kind: Plain): SqlType => ({ kind })
const whole = (bits: 8 | 16 | 32 | 64 | 128): SqlType => ({ kind: 'integer', bits })

export const NULL = plain('null')
export const BOOLEAN = plain('boolean')
export const INT = whole(32)
export const LONG = whole(64)
export const DOUBLE = plain('double')
export const STRING = plain('string')
export const JSON_TEXT = plain('json')
export const BINARY = plain('binary')
export const DATE = plain('date')
export const TIMESTAMP = plain('timestamp')
export const TIMESTAMPTZ = plain('timestamptz')
export const INTERVAL = plain('interval')
export const OTHER = plain('other')

/** DuckDB's names, also those that its parser gives; unsigned ones take the next signed width. */
const NAMES: Readonly<Record<string, SqlType>> = {
  NULL,
  '"NULL"': NULL,
  BOOLEAN,
  TINYINT: whole(8),
  SMALLINT: whole(16),
  UTINYINT: whole(16),
  INTEGER: INT,
  USMALLINT: INT,
  BIGINT: LONG,
  UINTEGER: LONG,
  HUGEINT: whole(128),
  UBIGINT: whole(128),
  UHUGEINT: whole(128),
  FLOAT: plain('float'),
  DOUBLE,
  VARCHAR: STRING,
  UUID: STRING,
  JSON: JSON_TEXT,
  BLOB: BINARY,
  DATE,
  TIMESTAMP,
  TIMESTAMP_S: TIMESTAMP,
  TIMESTAMP_MS: TIMESTAMP,
  TIMESTAMP_NS: TIMESTAMP,
  'TIMESTAMP WITH TIME ZONE': TIMESTAMPTZ,
  TIMESTAMPTZ,
  INTERVAL,
}

/**
 * Reads a type as DuckDB writes it; one that has no counterpart is `other`.
 * @example parseType('STRUCT(a BIGINT)[]')
 */
export function parseType(text: string): SqlType {
  const trimmed = text.trim()
  if (trimmed.endsWith('[]')) return { kind: 'list', item: parseType(trimmed.slice(0, -2)) }
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/i.exec(trimmed)
  if (decimal) return { kind: 'decimal', width: Number(decimal[1]), scale: Number(decimal[2]) }
  const nested = /^(STRUCT|MAP)\(([\s\S]*)\)$/i.exec(trimmed)
  if (!nested) {
    return /^ENUM\(/i.test(trimmed) ? STRING : (NAMES[trimmed.toUpperCase()] ?? OTHER)
  }
  const parts = splitParts(nested[2] ?? '')
  if (nested[1]?.toUpperCase() === 'MAP') {
    return { kind: 'map', key: parseType(parts[0] ?? ''), value: parseType(parts[1] ?? '') }
  }
  const fields = parts.map((part) => {
    const [, quoted, word, type = ''] = /^(?:"((?:[^"]|"")*)"|(\S+))\s+([\s\S]*)$/.exec(part) ?? []
    return { name: quoted?.replaceAll('""', '"') ?? word ?? '', type: parseType(type) }
  })
  return { kind: 'struct', fields }
}

function splitParts(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const piece of text.match(/"(?:[^"]|"")*"|[\s\S]/g) ?? []) {
    if (piece === '(') depth++
    if (piece === ')') depth--
    if (piece === ',' && depth === 0) parts.push('')
    else parts.push(`${parts.pop() ?? ''}${piece}`)
  }
  return parts.map((p) => p.trim())
}

/** A type in a parsed query, as `json_serialize_sql` has it. */
export function typeOfTree(tree: unknown): SqlType {
  const { id = '', type_info: info } = (tree ?? {}) as TypeTree
  if (id === 'LIST' || id === 'ARRAY') return { kind: 'list', item: typeOfTree(info?.child_type) }
  if (id === 'DECIMAL') {
    return { kind: 'decimal', width: info?.width ?? 18, scale: info?.scale ?? 3 }
  }
  if (id === 'STRUCT') {
    const fields = (info?.child_types ?? []).map((c) => ({
      name: c.first,
      type: typeOfTree(c.second),
    }))
    return { kind: 'struct', fields }
  }
  if (id === 'UNBOUND') return NAMES[String(info?.name).toUpperCase()] ?? OTHER
  return NAMES[id.toUpperCase()] ?? OTHER
}

interface TypeTree {
  readonly id?: string
  readonly type_info?: {
    readonly name?: string
    readonly width?: number
    readonly scale?: number
    readonly child_type?: unknown
    readonly child_types?: readonly { readonly first: string; readonly second: unknown }[]
  }
}

/** The type that stands for it in Spark; undefined when there is none. Everything is in UTC there. */
export function sparkType(type: SqlType): string | undefined {
  if (type.kind === 'integer') return WHOLE_NAMES[type.bits]
  if (type.kind === 'decimal') return `DECIMAL(${type.width},${type.scale})`
  if (type.kind === 'list') {
    const item = sparkType(type.item)
    return item && `ARRAY<${item}>`
  }
  if (type.kind === 'map') {
    const [key, value] = [sparkType(type.key), sparkType(type.value)]
    return key && value && `MAP<${key}, ${value}>`
  }
  if (type.kind !== 'struct') return PLAIN_NAMES[type.kind]
  const fields = type.fields.map((f) => [f.name, sparkType(f.type)] as const)
  if (fields.some(([name, t]) => t === undefined || name.includes('`'))) return undefined
  return `STRUCT<${fields.map(([name, t]) => `\`${name}\`: ${t}`).join(', ')}>`
}

const WHOLE_NAMES = {
  8: 'TINYINT',
  16: 'SMALLINT',
  32: 'INT',
  64: 'BIGINT',
  128: 'DECIMAL(38,0)',
} as const

const PLAIN_NAMES: Readonly<Record<Plain, string | undefined>> = {
  null: 'STRING',
  boolean: 'BOOLEAN',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'STRING',
  json: 'STRING',
  binary: 'BINARY',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMP',
  interval: undefined,
  other: undefined,
}

/** True for whole numbers, decimals and floating ones. */
export function isNumber({ kind }: SqlType): boolean {
  return kind === 'integer' || kind === 'decimal' || kind === 'float' || kind === 'double'
}

/** True for text and for JSON, which is text. */
export function isText({ kind }: SqlType): boolean {
  return kind === 'string' || kind === 'json'
}

/** The type that both become when they meet, as in a CASE. */
export function common(types: readonly SqlType[]): SqlType {
  let all: SqlType = NULL
  for (const type of types) all = wider(all, type)
  return all
}

function wider(a: SqlType, b: SqlType): SqlType {
  if (a.kind === 'null') return b
  if (b.kind === 'null') return a
  if (a.kind === 'integer' && b.kind === 'integer') return a.bits >= b.bits ? a : b
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', item: wider(a.item, b.item) }
  if (a.kind === b.kind && a.kind !== 'decimal') return a
  if (isNumber(a) && isNumber(b)) {
    if (a.kind === 'double' || b.kind === 'double' || a.kind === 'float' || b.kind === 'float') {
      return DOUBLE
    }
    const parts = [a, b].map((t) => (t.kind === 'decimal' ? t : { width: 19, scale: 0 }))
    const scale = Math.max(...parts.map((p) => p.scale))
    const left = Math.max(...parts.map((p) => p.width - p.scale))
    return { kind: 'decimal', width: Math.min(38, left + scale), scale }
  }
  if (isText(a) || isText(b)) return isText(a) ? b : a
  if (a.kind === 'date') return b
  if (b.kind === 'date') return a
  if (a.kind === 'timestamp' && b.kind === 'timestamptz') return b
  return a
}
