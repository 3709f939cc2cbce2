import type { AstNode } from '../ast.js'
import { aggregate, isAggregate } from './aggregates.js'
import { jsonValue } from './cast.js'
import { arg, type Env, type Sql } from './emit.js'
import { orderText, ordersOf } from './orders.js'
import { differs } from './spark-text.js'
import { DOUBLE, LONG } from './sql-type.js'

const RANKS: Readonly<Record<string, typeof LONG>> = {
  row_number: LONG,
  rank: LONG,
  dense_rank: LONG,
  percent_rank: DOUBLE,
  cume_dist: DOUBLE,
}

/** A function over a window. */
export function windowOf(node: AstNode, env: Env): Sql {
  const name = String(node['function_name']).toLowerCase()
  const children = (node['children'] ?? []) as AstNode[]
  const filter = node['filter_expr'] as AstNode | null | undefined
  if (node['exclude_clause'] !== 'NO_OTHER') throw differs('EXCLUDE in a window')
  const inner = (node['arg_orders'] ?? []) as AstNode[]
  if (inner.length > 0) throw differs('an ORDER BY in the arguments of a window function')
  const orders = ordersOf(node, env)
  const parts = ((node['partitions'] ?? []) as AstNode[]).map((p) => jsonValue(env.expr(p)))
  const partition = parts.length === 0 ? '' : `PARTITION BY ${parts.join(', ')}`
  const order = orders.length === 0 ? '' : `ORDER BY ${orderText(orders)}`
  const words = (frame: string): string =>
    ` OVER (${[partition, order, frame].filter((t) => t !== '').join(' ')})`
  const rank = RANKS[name]
  if (rank) {
    // Spark wants an order for what has none.
    const some = orders.length === 0 ? { text: 'ORDER BY NULL' } : { text: order }
    const text = [partition, some.text].filter((t) => t !== '').join(' ')
    return { sql: `${name}() OVER (${text})`, type: rank }
  }
  const args = children.map((c) => env.expr(c))
  if (filter) {
    const condition = jsonValue(env.expr(filter))
    const given = args[0] ?? { sql: '1', type: LONG }
    args[0] = { sql: `CASE WHEN ${condition} THEN ${jsonValue(given)} END`, type: given.type }
  }
  if (name === 'ntile') return { sql: `ntile(${arg(args, 0).sql})${words('')}`, type: LONG }
  if (name === 'lag' || name === 'lead') return shifted(name, node, args, env, words(''))
  const suffix = words(frameOf(node, orders.length > 0, env))
  if (/^(?:first|last|nth)_value$/.test(name)) {
    const nulls = node['ignore_nulls'] === true ? ' IGNORE NULLS' : ''
    const value = arg(args, 0)
    return { sql: `${name}(${args.map(jsonValue).join(', ')})${nulls}${suffix}`, type: value.type }
  }
  if (!isAggregate(name) || node['distinct'] === true) throw differs(`${name} over a window`)
  const counted = name === 'count_star' && filter ? 'count' : name
  return aggregate(
    { name: counted, node, children, env, distinct: false, suffix, orders: [] },
    args,
  )
}

function shifted(name: string, node: AstNode, args: readonly Sql[], env: Env, suffix: string): Sql {
  const [value, ...rest] = args
  const more = ['offset_expr', 'default_expr'].map((key) => {
    const found = node[key] as AstNode | null | undefined
    return found ? env.expr(found) : undefined
  })
  const [offset, last] = [more[0] ?? rest[0], more[1] ?? rest[1]]
  if (!value) throw differs(name)
  const texts = [value, offset ?? (last ? { sql: '1', type: LONG } : undefined), last]
  const list = texts.flatMap((t) => (t ? [jsonValue(t)] : [])).join(', ')
  const nulls = node['ignore_nulls'] === true ? ' IGNORE NULLS' : ''
  return { sql: `${name}(${list})${nulls}${suffix}`, type: value.type }
}

function frameOf(node: AstNode, ordered: boolean, env: Env): string {
  const [start, end] = [String(node['start']), String(node['end'])]
  if (start === 'UNBOUNDED_PRECEDING' && end === 'CURRENT_ROW_RANGE') {
    return ordered ? 'RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW' : ''
  }
  if (/GROUPS/.test(start + end)) throw differs('GROUPS in a window')
  const unit = /ROWS/.test(start + end) ? 'ROWS' : 'RANGE'
  if (unit === 'RANGE' && /EXPR/.test(start + end)) throw differs('a RANGE of values in a window')
  const bound = (kind: string, value: unknown): string => {
    if (kind.startsWith('UNBOUNDED_')) return kind.replace('_', ' ')
    if (kind.startsWith('CURRENT_ROW')) return 'CURRENT ROW'
    const side = kind.includes('PRECEDING') ? 'PRECEDING' : 'FOLLOWING'
    return `${env.expr(value as AstNode).sql} ${side}`
  }
  return `${unit} BETWEEN ${bound(start, node['start_expr'])} AND ${bound(end, node['end_expr'])}`
}
