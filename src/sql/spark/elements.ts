import { jsonValue } from './cast.js'
import { fields } from './columns.js'
import { constantNumber, type Sql } from './emit.js'
import { jsonSteps } from './json-path.js'
import { differs } from './spark-text.js'
import { JSON_TEXT, STRING } from './sql-type.js'

/** `x[i]`: of a list from 1 on, and from -1 on from its end; of a map, a struct or JSON by key. */
export function elementOf(value: Sql, index: Sql | undefined): Sql {
  const { type } = value
  const at = index ? jsonValue(index) : 'NULL'
  if (type.kind === 'list') {
    const known = constantNumber(index)
    const place = known === undefined ? `nullif(${at}, 0)` : known === 0 ? 'NULL' : at
    return { sql: `try_element_at(${jsonValue(value)}, CAST(${place} AS INT))`, type: type.item }
  }
  if (type.kind === 'map') return { sql: `try_element_at(${value.sql}, ${at})`, type: type.value }
  if (type.kind === 'struct') {
    const found = fields(value, [String(index?.constant)])
    if (found) return found
  }
  if (type.kind === 'json' && index) return jsonElement(value, index)
  if (type.kind === 'string') return { sql: `substr(${value.sql}, ${at}, 1)`, type: STRING }
  throw differs(`an element of a ${type.kind}`)
}

/** A part of JSON, by path, key or index from 0. */
export function jsonElement(value: Sql, path: Sql): Sql {
  const { base, steps } = value.json ?? { base: jsonValue(value), steps: [] }
  const further =
    typeof path.constant === 'number'
      ? [path.constant]
      : typeof path.constant === 'string'
        ? jsonSteps(path.constant)
        : undefined
  if (!further) throw differs('a JSON path that is not a constant')
  if (further.some((s) => typeof s === 'number' && s < 0)) throw differs('a negative JSON index')
  const json = { base, steps: [...steps, ...further] }
  const every = typeof json.steps.at(-1) === 'object'
  return { sql: base, type: every ? { kind: 'list', item: JSON_TEXT } : JSON_TEXT, json }
}

/** `x[a:b]`, of a list or text. */
export function sliceOf(value: Sql, bounds: readonly Sql[]): Sql {
  const [from, to] = bounds.map(constantNumber)
  const open = bounds[1]?.constant === null || bounds.length < 2
  if (from === undefined || from < 1 || (to === undefined && !open) || bounds.length > 2) {
    throw differs('a slice whose bounds are not constants from 1 on')
  }
  const length = to === undefined ? 2 ** 31 - 1 - from : Math.max(0, to - from + 1)
  const call = value.type.kind === 'list' ? 'slice' : 'substr'
  if (call === 'substr' && value.type.kind !== 'string')
    throw differs(`a slice of ${value.type.kind}`)
  return { sql: `${call}(${jsonValue(value)}, ${from}, ${length})`, type: value.type }
}
