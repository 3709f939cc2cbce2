import type { HiveType } from '../../../catalog/hive-type.js'
import type { JsonReader } from '../../../catalog/raw-reader.js'
import { identifier, literal } from '../../../sql/text.js'
import { castText, hiveTypeSql } from './hive-types.js'

/**
 * An object's keys and values beside each other (`k` and `v`), so that a key is found whatever its
 * capitals and no text is read twice; of what is no object, none.
 */
export function members(json: string, reader: JsonReader): string {
  const lower = reader.caseInsensitive ? 'lower(x)' : 'x'
  const key = reader.dotsInKeys ? `replace(${lower}, '.', '_')` : lower
  const keys =
    key === 'x' ? `json_keys(${json})` : `list_transform(json_keys(${json}), lambda x: ${key})`
  return `{'k': ${keys}, 'v': json_extract(${json}, '$.*')}`
}

/** What `members` hold under a name, as a value of that type. */
export function member(
  of: string,
  name: string,
  type: HiveType,
  reader: JsonReader,
  level = 0,
): string {
  const mapped = Object.hasOwn(reader.mapping, name) ? (reader.mapping[name] ?? name) : name
  const lower = reader.caseInsensitive ? mapped.toLowerCase() : mapped
  const key = reader.dotsInKeys ? lower.replaceAll('.', '_') : lower
  return jsonValue(`${of}.v[list_position(${of}.k, ${literal(key)})]`, type, reader, level)
}

function jsonValue(json: string, type: HiveType, reader: JsonReader, level: number): string {
  const inner = `e${level}`
  if (type.kind === 'struct') {
    const fields = type.fields.map(
      (f) => `${identifier(f.name)} := ${member(inner, f.name, f.type, reader, level + 1)}`,
    )
    const value = `list_transform([${members(`j${level}`, reader)}], lambda ${inner}: struct_pack(${fields.join(', ')}))[1]`
    return bound(`j${level}`, json, `CASE WHEN json_type(j${level}) = 'OBJECT' THEN ${value} END`)
  }
  if (type.kind === 'array') {
    return `list_transform(json_transform(${json}, '["JSON"]'), lambda ${inner}: ${jsonValue(inner, type.of, reader, level + 1)})`
  }
  if (type.kind === 'map') {
    const [keys, values] = [
      `list_transform(json_keys(j${level}), lambda x: ${scalar('x', type.key, reader)})`,
      `list_transform(json_extract(j${level}, '$.*'), lambda ${inner}: ${jsonValue(inner, type.value, reader, level + 1)})`,
    ]
    const distinct = `len(list_distinct(json_keys(j${level}))) = len(json_keys(j${level}))`
    return bound(
      `j${level}`,
      json,
      `CASE WHEN json_type(j${level}) = 'OBJECT' AND ${distinct} THEN map(${keys}, ${values}) END`,
    )
  }
  return scalar(`json_extract_string(${json}, '$')`, type, reader)
}

/** Names a value that its use needs more than once. */
function bound(name: string, value: string, use: string): string {
  return `list_transform([${value}], lambda ${name}: ${use})[1]`
}

function scalar(text: string, type: HiveType, { invalid }: JsonReader): string {
  if (invalid === 'null' || type.kind === 'string' || type.kind === 'binary') {
    return castText(text, type)
  }
  return `CAST(${text} AS ${hiveTypeSql(type)})`
}
