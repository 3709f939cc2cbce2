import { jsonPart, jsonValue } from './cast.js'
import { jsonElement } from './elements.js'
import { arg, type Rule, type Sql } from './emit.js'
import { differs } from './spark-text.js'
import { BOOLEAN, LONG, STRING } from './sql-type.js'

/** The text at a path: of strings without quotes. */
const asString: Rule = (args) => {
  const part = jsonElement(arg(args, 0), args[1] ?? { sql: `'$'`, type: STRING, constant: '$' })
  const { base, steps } = part.json ?? { base: part.sql, steps: [] }
  if (typeof steps.at(-1) !== 'object') return { sql: jsonPart(base, steps), type: STRING }
  return {
    sql: `from_json(${jsonPart(base, steps.slice(0, -1))}, 'array<string>')`,
    type: { kind: 'list', item: STRING },
  }
}

const part: Rule = (args) => jsonElement(arg(args, 0), arg(args, 1))

/** The JSON text, at a path when there is one. */
function whole(args: readonly Sql[]): string {
  const value = arg(args, 0)
  const found = args[1] ? jsonElement(value, args[1]) : value
  return found.json ? jsonPart(found.json.base, found.json.steps) : jsonValue(found)
}

function variant(args: readonly Sql[]): string {
  const value = arg(args, 0)
  return `try_parse_json(${jsonValue(args[1] ? jsonElement(value, args[1]) : value)})`
}

const typeOf: Rule = (args) => {
  const v = variant(args)
  const name = `schema_of_variant(${v})`
  const cases = [
    [`${name} LIKE 'OBJECT%'`, 'OBJECT'],
    [`${name} LIKE 'ARRAY%'`, 'ARRAY'],
    [`${name} = 'STRING'`, 'VARCHAR'],
    [`${name} = 'VOID'`, 'NULL'],
    [`${name} = 'BOOLEAN'`, 'BOOLEAN'],
    [`${name} = 'BIGINT' AND CAST(${v} AS BIGINT) < 0`, 'BIGINT'],
    [`${name} = 'BIGINT'`, 'UBIGINT'],
  ]
  const whens = cases.map(([when, then]) => `WHEN ${when} THEN '${then}'`).join(' ')
  return { sql: `CASE ${whens} WHEN ${v} IS NOT NULL THEN 'DOUBLE' END`, type: STRING }
}

const length: Rule = (args) => {
  const text = whole(args)
  return {
    sql: `CASE WHEN ${text} IS NOT NULL THEN CAST(coalesce(json_array_length(${text}), 0) AS BIGINT) END`,
    type: LONG,
  }
}

const keys: Rule = (args) => {
  const text = whole(args)
  return {
    sql: `coalesce(json_object_keys(${text}), array())`,
    type: { kind: 'list', item: STRING },
  }
}

const valid: Rule = (args) => {
  const text = jsonValue(arg(args, 0))
  return {
    sql: `CASE WHEN ${text} IS NOT NULL THEN try_parse_json(${text}) IS NOT NULL END`,
    type: BOOLEAN,
  }
}

const exists: Rule = (args) => {
  if (args.length !== 2) throw differs('json_exists of that')
  return { sql: `(${variant(args)} IS NOT NULL)`, type: BOOLEAN }
}

/** Of JSON, which is text. */
export const JSON_FUNCTIONS: Readonly<Record<string, Rule>> = {
  '->>': asString,
  json_extract_string: asString,
  json_extract_path_text: asString,
  '->': part,
  json_extract: part,
  json_extract_path: part,
  json_array_length: length,
  json_keys: keys,
  json_type: typeOf,
  json_valid: valid,
  json_exists: exists,
}
