import { jsonValue, textOf } from './cast.js'
import { arg, type Call, constantText, type Rule, type Sql } from './emit.js'
import { elementOf, sliceOf } from './elements.js'
import { fields } from './columns.js'
import { differs, sparkName, sparkText } from './spark-text.js'
import { BOOLEAN, common, isText, LONG, NULL, STRING, type SqlType } from './sql-type.js'

const itemOf = (value: Sql): SqlType => {
  if (value.type.kind === 'list') return value.type.item
  if (value.type.kind === 'null') return NULL
  throw differs(`a list function of ${value.type.kind}`)
}

/** A lambda of one parameter as Spark's. */
function lambda(call: Call, item: SqlType): { readonly text: string; readonly type: SqlType } {
  const node = call.children[1]
  if (node?.class !== 'LAMBDA') throw differs(`${call.name} without a lambda`)
  const lhs = node['lhs'] as { column_names?: string[]; syntax_type?: string }
  const names = lhs.column_names
  if (names?.length !== 1) throw differs('a lambda of several parameters')
  const name = String(names[0]).toLowerCase()
  const scope = call.env.scope
  const inner = { ...scope, lambda: new Map([...(scope.lambda ?? []), [name, item]]) }
  const body = call.env.expr(node['expr'] as typeof node, inner)
  return { text: `${sparkName(name)} -> ${jsonValue(body)}`, type: body.type }
}

const transform: Rule = (args, call) => {
  const { text, type } = lambda(call, itemOf(arg(args, 0)))
  return {
    sql: `transform(${jsonValue(arg(args, 0))}, ${text})`,
    type: { kind: 'list', item: type },
  }
}

const filter: Rule = (args, call) => {
  const list = arg(args, 0)
  return { sql: `filter(${jsonValue(list)}, ${lambda(call, itemOf(list)).text})`, type: list.type }
}

const contains: Rule = (args) => ({
  sql: `CASE WHEN ${jsonValue(arg(args, 0))} IS NOT NULL THEN coalesce(array_contains(${jsonValue(arg(args, 0))}, ${jsonValue(arg(args, 1))}), false) END`,
  type: BOOLEAN,
})

const sorted: Rule = (args) => {
  const list = arg(args, 0)
  itemOf(list)
  if (args.length > 1) throw differs('list_sort in an order')
  return { sql: `array_sort(${jsonValue(list)})`, type: list.type }
}

const joined: Rule = (args) => {
  const list = arg(args, 0)
  const item = itemOf(list)
  const text = isText(item)
    ? jsonValue(list)
    : `transform(${jsonValue(list)}, e -> ${textOf({ sql: 'e', type: item })})`
  return {
    sql: `array_join(${text}, ${sparkText(constantText(args[1], 'a separator'))})`,
    type: STRING,
  }
}

const packed: Rule = (args, { children }) => {
  const names = children.map((c, i) => String(c.alias ?? '') || `v${i + 1}`)
  const parts = args.map((a, i) => `${sparkText(names[i] ?? '')}, ${jsonValue(a)}`)
  return {
    sql: `named_struct(${parts.join(', ')})`,
    type: { kind: 'struct', fields: args.map((a, i) => ({ name: names[i] ?? '', type: a.type })) },
  }
}

const extracted: Rule = (args) => {
  const found = fields(arg(args, 0), [constantText(args[1], 'the name of a field')])
  if (!found) throw differs('a field that is not there')
  return found
}

const exploded: Rule = (args, { children }) => {
  const list = arg(args, 0)
  const deep = children.slice(1).some((c) => /^(?:max_depth|recursive)$/.test(String(c.alias)))
  const item = itemOf(list)
  if (deep && item.kind === 'struct') return { sql: `inline(${jsonValue(list)})`, type: item }
  if (deep) throw differs('unnest into depth')
  return { sql: `explode(${jsonValue(list)})`, type: item }
}

const values: Rule = (args) => {
  const item = common(args.map((a) => a.type))
  return { sql: `array(${args.map(jsonValue).join(', ')})`, type: { kind: 'list', item } }
}

const ofNumbers =
  (name: 'sum' | 'avg'): Rule =>
  (args) => {
    const list = arg(args, 0)
    const item = itemOf(list)
    if (item.kind !== 'integer' || name === 'avg') throw differs(`list_${name} of ${item.kind}`)
    const some = `filter(${jsonValue(list)}, e -> e IS NOT NULL)`
    return {
      sql: `CASE WHEN size(${some}) > 0 THEN aggregate(${some}, 0L, (s, e) -> s + e) END`,
      type: LONG,
    }
  }

const extreme =
  (name: string): Rule =>
  (args) => ({ sql: `${name}(${jsonValue(arg(args, 0))})`, type: itemOf(arg(args, 0)) })

const both =
  (name: string): Rule =>
  (args) => {
    const list = arg(args, 0)
    itemOf(list)
    return { sql: `${name}(${args.map(jsonValue).join(', ')})`, type: list.type }
  }

const distinct: Rule = (args) => {
  const list = arg(args, 0)
  itemOf(list)
  const some = `filter(${jsonValue(list)}, e -> e IS NOT NULL)`
  return { sql: `array_distinct(${some})`, type: list.type }
}

const any: Rule = (args) => {
  const [a, b] = [arg(args, 0), arg(args, 1)]
  return { sql: `coalesce(arrays_overlap(${jsonValue(a)}, ${jsonValue(b)}), false)`, type: BOOLEAN }
}

const map: Rule = (args) => {
  const [keys, of] = [arg(args, 0), arg(args, 1)]
  return {
    sql: `map_from_arrays(${jsonValue(keys)}, ${jsonValue(of)})`,
    type: { kind: 'map', key: itemOf(keys), value: itemOf(of) },
  }
}

const keysOf =
  (name: string, side: 'key' | 'value'): Rule =>
  (args) => {
    const { type, sql } = arg(args, 0)
    if (type.kind !== 'map') throw differs(`${name} of ${type.kind}`)
    return { sql: `${name}(${sql})`, type: { kind: 'list', item: type[side] } }
  }

const length: Rule = (args) => ({
  sql: `CAST(size(${jsonValue(arg(args, 0))}) AS BIGINT)`,
  type: LONG,
})

/** Of lists, structs and maps. */
export const LIST_FUNCTIONS: Readonly<Record<string, Rule>> = {
  list_transform: transform,
  list_apply: transform,
  list_filter: filter,
  list_contains: contains,
  array_contains: contains,
  list_has: contains,
  list_has_any: any,
  list_sort: sorted,
  array_sort: sorted,
  list_distinct: distinct,
  array_distinct: distinct,
  list_sum: ofNumbers('sum'),
  list_min: extreme('array_min'),
  list_max: extreme('array_max'),
  list_value: values,
  list_concat: (args) => ({
    sql: `concat(${args.map((a) => `coalesce(${jsonValue(a)}, array())`).join(', ')})`,
    type: common(args.map((a) => a.type)),
  }),
  list_reverse: both('reverse'),
  flatten: (args) => ({ sql: `flatten(${jsonValue(arg(args, 0))})`, type: itemOf(arg(args, 0)) }),
  array_length: length,
  list_extract: (args) => elementOf(arg(args, 0), args[1]),
  array_extract: (args) => elementOf(arg(args, 0), args[1]),
  list_element: (args) => elementOf(arg(args, 0), args[1]),
  list_slice: (args) => sliceOf(arg(args, 0), args.slice(1)),
  array_slice: (args) => sliceOf(arg(args, 0), args.slice(1)),
  array_to_string: joined,
  unnest: exploded,
  struct_pack: packed,
  row: packed,
  struct_extract: extracted,
  map,
  map_keys: keysOf('map_keys', 'key'),
  map_values: keysOf('map_values', 'value'),
  cardinality: length,
  map_extract_value: (args) => elementOf(arg(args, 0), args[1]),
}
