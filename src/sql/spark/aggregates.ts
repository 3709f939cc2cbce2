import { jsonValue, textOf } from './cast.js'
import { arg, type Call, constantText, type Order, type Sql } from './emit.js'
import { differs, sparkText } from './spark-text.js'
import { BOOLEAN, DOUBLE, INT, LONG, STRING, type SqlType } from './sql-type.js'

type Aggregate = (args: readonly Sql[], call: Call) => Sql

/** Whether a function counts over rows. */
export function isAggregate(name: string): boolean {
  return Object.hasOwn(AGGREGATES, name)
}

/** A call of an aggregate; over a window when its suffix says so. */
export function aggregate(call: Call, given?: readonly Sql[]): Sql {
  const rule = AGGREGATES[call.name]
  if (!rule) throw differs(`the aggregate ${call.name}`)
  return rule(given ?? call.children.map((c) => call.env.expr(c)), call)
}

const distinctOf = ({ distinct }: Call): string => (distinct ? 'DISTINCT ' : '')

const over = (name: string, args: string, call: Call): string =>
  `${name}(${distinctOf(call)}${args})${call.suffix}`

/** The same function in both, of one value. */
const same =
  (name: string, type?: SqlType): Aggregate =>
  (args, call) => {
    const value = arg(args, 0)
    if (args.length > 1) throw differs(`${call.name} with ${args.length} arguments`)
    return { sql: over(name, jsonValue(value), call), type: type ?? value.type }
  }

const ofDoubles =
  (name: string): Aggregate =>
  (args, call) => ({
    sql: over(name, args.map((a) => `CAST(${jsonValue(a)} AS DOUBLE)`).join(', '), call),
    type: DOUBLE,
  })

const sum: Aggregate = (args, call) => {
  const value = arg(args, 0)
  const { kind } = value.type
  if (kind === 'boolean') {
    return { sql: over('sum', `CAST(${value.sql} AS INT)`, call), type: LONG }
  }
  if (kind === 'integer')
    return { sql: over('sum', value.sql, call), type: value.type.bits === 128 ? value.type : LONG }
  if (kind === 'decimal') {
    return { sql: over('sum', value.sql, call), type: { ...value.type, width: 38 } }
  }
  if (kind === 'interval') throw differs('the sum of intervals')
  return { sql: over('sum', jsonValue(value), call), type: DOUBLE }
}

/** By the greatest or least of another; rows whose value is null do not count. */
const byOther =
  (name: string): Aggregate =>
  (args, call) => {
    const [value, key] = [arg(args, 0), arg(args, 1)]
    if (args.length > 2 || call.suffix !== '' || call.distinct)
      throw differs(`${call.name} with a filter, a window or a count`)
    const sql = `${name}(${jsonValue(value)}, ${jsonValue(key)}) FILTER (WHERE ${jsonValue(value)} IS NOT NULL)`
    return { sql, type: value.type }
  }

const quantile =
  (name: string): Aggregate =>
  (args, call) => {
    const value = arg(args, 0)
    const part = args[1]?.constant
    if (typeof part !== 'number' && !args[1]?.sql.endsWith('BD'))
      throw differs(`${call.name} of a part that is no constant`)
    const inner =
      name === 'percentile_cont' ? `CAST(${jsonValue(value)} AS DOUBLE)` : jsonValue(value)
    if (call.distinct) throw differs(`${call.name} of distinct values`)
    return {
      sql: `${name}(${arg(args, 1).sql}) WITHIN GROUP (ORDER BY ${inner})${call.suffix}`,
      type: name === 'percentile_cont' ? DOUBLE : value.type,
    }
  }

const list: Aggregate = (args, call) => {
  const value = arg(args, 0)
  return { sql: collected(jsonValue(value), call), type: { kind: 'list', item: value.type } }
}

/** Nulls stay, the order is that asked for, and no rows give null. */
function collected(value: string, call: Call): string {
  const { orders, suffix, distinct } = call
  const keys = orders.map((o, i) => `'k${i}', ${jsonValue(o.value)}`)
  const all = `array_agg(${distinct ? 'DISTINCT ' : ''}named_struct(${[...keys, `'v', ${value}`].join(', ')}))${suffix}`
  const sorted =
    orders.length === 0 ? all : `array_sort(${all}, (a, b) -> ${comparator(orders, 0)})`
  return `CASE WHEN size(${all}) > 0 THEN transform(${sorted}, e -> e.v) END`
}

function comparator(orders: readonly Order[], at: number): string {
  const order = orders[at]
  if (!order) return '0'
  const [a, b] = [`a.k${at}`, `b.k${at}`]
  const [less, more] = order.descending ? [1, -1] : [-1, 1]
  const [empty, full] = order.nullsFirst ? [-1, 1] : [1, -1]
  return `CASE WHEN ${a} IS NULL AND ${b} IS NULL THEN ${comparator(orders, at + 1)} WHEN ${a} IS NULL THEN ${empty} WHEN ${b} IS NULL THEN ${full} WHEN ${a} < ${b} THEN ${less} WHEN ${a} > ${b} THEN ${more} ELSE ${comparator(orders, at + 1)} END`
}

const joined: Aggregate = (args, call) => {
  const value = arg(args, 0)
  const separator = args[1] ? constantText(args[1], 'a separator') : ','
  if (call.suffix.includes(' OVER ')) throw differs(`${call.name} over a window`)
  const text = textOf(value)
  const filter = `FILTER (WHERE ${text} IS NOT NULL${call.suffix === '' ? '' : ` AND ${call.suffix.replace(/^ FILTER \(WHERE /, '').replace(/\)$/, '')}`})`
  const sql = `array_join(${collected(text, { ...call, suffix: ` ${filter}` })}, ${sparkText(separator)})`
  return { sql, type: STRING }
}

const count: Aggregate = (args, call) => {
  const sql = args.length === 0 ? '*' : args.map(jsonValue).join(', ')
  if (args.length > 1) throw differs('count of several columns')
  return { sql: over('count', sql, call), type: LONG }
}

const first =
  (name: string, nulls: boolean): Aggregate =>
  (args, call) => {
    const value = arg(args, 0)
    if (call.orders.length > 0) throw differs(`${call.name} in an order; use arg_min or arg_max`)
    const sql = over(name, `${jsonValue(value)}${nulls ? '' : ', true'}`, call)
    return { sql, type: value.type }
  }

const approximate: Aggregate = (args, call) => ({
  sql: over('approx_count_distinct', jsonValue(arg(args, 0)), call),
  type: LONG,
})

const text: Aggregate = (args, call) => {
  const value = arg(args, 0)
  if (value.type.kind !== 'integer') throw differs(`${call.name} of ${value.type.kind}`)
  return { sql: over(call.name, value.sql, call), type: value.type }
}

const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  count_star: count,
  count,
  sum,
  avg: ofDoubles('avg'),
  mean: ofDoubles('avg'),
  min: same('min'),
  max: same('max'),
  count_if: (args, call) => ({ sql: over('count_if', arg(args, 0).sql, call), type: LONG }),
  countif: (args, call) => ({ sql: over('count_if', arg(args, 0).sql, call), type: LONG }),
  bool_and: same('bool_and', BOOLEAN),
  bool_or: same('bool_or', BOOLEAN),
  bit_and: text,
  bit_or: text,
  bit_xor: text,
  any_value: first('any_value', false),
  first: first('first', true),
  last: first('last', true),
  arg_max: byOther('max_by'),
  arg_min: byOther('min_by'),
  max_by: byOther('max_by'),
  min_by: byOther('min_by'),
  median: (args, call) =>
    quantile('percentile_cont')([arg(args, 0), { sql: '0.5D', type: DOUBLE, constant: 0.5 }], call),
  quantile_cont: quantile('percentile_cont'),
  quantile_disc: quantile('percentile_disc'),
  approx_count_distinct: approximate,
  approx_quantile: (args, call) => ({
    sql: over('approx_percentile', `${jsonValue(arg(args, 0))}, ${arg(args, 1).sql}`, call),
    type: arg(args, 0).type,
  }),
  stddev: ofDoubles('stddev_samp'),
  stddev_samp: ofDoubles('stddev_samp'),
  stddev_pop: ofDoubles('stddev_pop'),
  variance: ofDoubles('var_samp'),
  var_samp: ofDoubles('var_samp'),
  var_pop: ofDoubles('var_pop'),
  corr: ofDoubles('corr'),
  covar_samp: ofDoubles('covar_samp'),
  covar_pop: ofDoubles('covar_pop'),
  list,
  array_agg: list,
  string_agg: joined,
  listagg: joined,
  group_concat: joined,
  grouping: (args, call) => ({
    sql: `grouping(${jsonValue(arg(args, 0))})${call.suffix}`,
    type: INT,
  }),
}
