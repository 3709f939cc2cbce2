import type { Sql } from './emit.js'
import { sparkJsonPath } from './json-path.js'
import { differs, sparkText } from './spark-text.js'
import { isText, JSON_TEXT, sparkType, STRING, type SqlType } from './sql-type.js'

/** A value as DuckDB's text of it. */
export function asText(value: Sql): string {
  const { sql, type } = value
  if (isText(type)) return jsonValue(value)
  if (type.kind === 'null') return 'CAST(NULL AS STRING)'
  if (type.kind === 'timestamptz') return `concat(CAST(${sql} AS STRING), '+00')`
  if (SAME_TEXT.has(type.kind)) return `CAST(${sql} AS STRING)`
  throw differs(`the text of a ${type.kind}`)
}

const SAME_TEXT = new Set(['boolean', 'integer', 'decimal', 'date', 'timestamp'])

/** The SQL of a value; a part of JSON is written as JSON here. */
export function jsonValue(value: Sql): string {
  const { json } = value
  if (!json) return value.sql
  const last = json.steps.at(-1)
  if (typeof last === 'object') return jsonList(jsonPart(json.base, json.steps.slice(0, -1)))
  const path = sparkText(sparkJsonPath(json.steps))
  const part = `try_variant_get(try_parse_json(${json.base}), ${path}, 'variant')`
  return `CASE schema_of_variant(${part}) WHEN 'STRING' THEN to_json(${part}) WHEN 'VOID' THEN 'null' ELSE get_json_object(${json.base}, ${path}) END`
}

/** The text at a place in JSON: of a string without its quotes. */
export function jsonPart(base: string, steps: NonNullable<Sql['json']>['steps']): string {
  return `get_json_object(${base}, ${sparkText(sparkJsonPath(steps))})`
}

/** The elements of an array in JSON, each as JSON. */
export function jsonList(text: string): string {
  return `zip_with(from_json(${text}, 'array<string>'), CAST(try_parse_json(${text}) AS ARRAY<VARIANT>), (x, v) -> CASE schema_of_variant(v) WHEN 'STRING' THEN to_json(v) WHEN 'VOID' THEN 'null' ELSE x END)`
}

/** CAST and TRY_CAST, rounding and reading text as DuckDB does. */
export function cast(value: Sql, to: SqlType, isTry: boolean): Sql {
  const from = value.type
  const name = sparkType(to)
  const word = isTry ? 'try_cast' : 'CAST'
  if (from.kind === 'null' && name !== undefined) return { sql: `CAST(NULL AS ${name})`, type: to }
  if (to.kind === 'string') return { sql: asText(value), type: STRING }
  if (to.kind === 'json' && isText(from)) return { ...value, type: JSON_TEXT }
  if (from.kind === 'json') return fromJson(value, to, isTry)
  if (name === undefined || from.kind === 'other') {
    throw differs(`a cast from ${from.kind} to ${to.kind}`)
  }
  const sql = jsonValue(value)
  const constant = value.constant === undefined ? {} : { constant: value.constant }
  if (to.kind === 'integer') {
    if (from.kind === 'double' || from.kind === 'float') {
      return { sql: `${word}(rint(${sql}) AS ${name})`, type: to }
    }
    if (from.kind === 'decimal') return { sql: `${word}(round(${sql}) AS ${name})`, type: to }
    if (from.kind === 'string') {
      const whole = `${word}(round(${word}(${sql} AS DECIMAL(38,10))) AS ${name})`
      return { sql: whole, type: to }
    }
    if (from.kind !== 'integer' && from.kind !== 'boolean') {
      throw differs(`a cast from ${from.kind} to a number`)
    }
  }
  if (to.kind === 'list' && from.kind === 'list') return castList(sql, from.item, to, isTry)
  if (to.kind === 'struct' || to.kind === 'list' || to.kind === 'map') {
    throw differs(`a cast from ${from.kind} to ${to.kind}`)
  }
  if (to.kind === 'binary') throw differs('a cast to BLOB')
  return { sql: `${word}(${sql} AS ${name})`, type: to, ...(isDay(value, to) ? constant : {}) }
}

/** A literal day stays one, so that it can be folded. */
const isDay = (value: Sql, to: SqlType): boolean =>
  typeof value.constant === 'number' && to.kind === 'integer'

function castList(sql: string, from: SqlType, to: SqlType & { kind: 'list' }, isTry: boolean): Sql {
  const item = cast({ sql: 'e', type: from }, to.item, isTry)
  return { sql: item.sql === 'e' ? sql : `transform(${sql}, e -> ${item.sql})`, type: to }
}

function fromJson(value: Sql, to: SqlType, isTry: boolean): Sql {
  const { base, steps } = value.json ?? { base: value.sql, steps: [] }
  const text = jsonPart(base, steps)
  if (to.kind === 'list') {
    if (to.item.kind === 'json') return { sql: jsonList(text), type: to }
    if (to.item.kind === 'string') {
      return { sql: `from_json(${text}, 'array<string>')`, type: to }
    }
  }
  if (to.kind === 'struct' || to.kind === 'list' || to.kind === 'map') {
    throw differs(`a cast from JSON to ${to.kind}`)
  }
  return cast({ sql: text, type: STRING }, to, isTry)
}

/** Text that a function of texts is given. */
export function textOf(value: Sql): string {
  return isText(value.type) ? jsonValue(value) : asText(value)
}
