import { HeadrigError } from '../../core/errors.js'
import type { AstNode } from '../ast.js'
import { aggregate, isAggregate } from './aggregates.js'
import { cast, jsonValue } from './cast.js'
import { column, fields } from './columns.js'
import { elementOf, sliceOf } from './elements.js'
import type { Call, Env, Order, Scope, Sql, Translation } from './emit.js'
import { FUNCTIONS } from './functions.js'
import { interval } from './intervals.js'
import { expandMacro } from './macros.js'
import { ordersOf } from './orders.js'
import { differs, sparkText } from './spark-text.js'
import { BOOLEAN, common, INTERVAL, NULL, STRING, type SqlType, typeOfTree } from './sql-type.js'
import { windowOf } from './windows.js'

/** An expression of a parsed query in Spark's SQL. Throws `invalid` for what Spark would answer otherwise. */
export function expression(node: AstNode, scope: Scope, all: Translation): Sql {
  const env: Env = { scope, all, expr: (n, s = scope) => expression(n, s, all) }
  switch (node.class ?? '') {
    case 'COLUMN_REF':
      return columnRef(node, env)
    case 'CONSTANT':
      return constant(node['value'] as ConstantTree)
    case 'PARAMETER':
      return { sql: `:p${String(node['identifier'])}`, type: STRING }
    case 'COMPARISON':
      return comparison(node, env)
    case 'CONJUNCTION': {
      const word = node.type === 'CONJUNCTION_AND' ? ' AND ' : ' OR '
      return bool(
        childrenOf(node)
          .map((c) => valueOf(env.expr(c)))
          .join(word),
      )
    }
    case 'BETWEEN': {
      const [input, lower, upper] = ['input', 'lower', 'upper'].map((k) =>
        env.expr(node[k] as AstNode),
      )
      const not = node.type === 'COMPARE_NOT_BETWEEN' ? 'NOT ' : ''
      return bool(`${valueOf(input)} ${not}BETWEEN ${valueOf(lower)} AND ${valueOf(upper)}`)
    }
    case 'CASE':
      return caseOf(node, env)
    case 'CAST':
      return castOf(node, env)
    case 'OPERATOR':
      return operator(node, env)
    case 'FUNCTION':
      return call(node, env)
    case 'WINDOW':
      return windowOf(node, env)
    case 'SUBQUERY':
      return subquery(node, env)
    case 'LAMBDA': {
      const lhs = env.expr(node['lhs'] as AstNode)
      const rhs = env.expr(node['expr'] as AstNode)
      const rule = FUNCTIONS['->']
      if (!rule) throw differs('->')
      return rule([lhs, rhs], callOf(node, '->', [], env))
    }
    case 'COLLATE':
      throw differs('COLLATE')
    default:
      throw differs(`${String(node.class).toLowerCase()} here`)
  }
}

const bool = (sql: string): Sql => ({ sql: `(${sql})`, type: BOOLEAN })
const valueOf = (value: Sql | undefined): string => (value ? jsonValue(value) : 'NULL')
const childrenOf = (node: AstNode): readonly AstNode[] => (node['children'] ?? []) as AstNode[]

function columnRef(node: AstNode, env: Env): Sql {
  const names = node['column_names'] as string[]
  const found = column(names, env.scope)
  if (found) return found
  const alias =
    names.length === 1 ? env.scope.aliases?.get(String(names[0]).toLowerCase()) : undefined
  if (alias) {
    const { aliases: _, ...scope } = env.scope
    return env.expr(alias, scope)
  }
  throw new HeadrigError('invalid', `spark knows no column ${names.join('.')} there`, {
    details: { reason: 'engine-difference', what: names.join('.') },
  })
}

interface ConstantTree {
  readonly type: { readonly id: string; readonly type_info?: { readonly scale?: number } }
  readonly is_null: boolean
  readonly value?: unknown
}

function constant({ type: tree, is_null: isNull, value }: ConstantTree): Sql {
  if (isNull) return { sql: 'NULL', type: NULL, constant: null }
  const type = typeOfTree(tree)
  if (typeof value === 'boolean') return { sql: String(value), type, constant: value }
  if (typeof value === 'string' && type.kind === 'string') {
    return { sql: sparkText(value), type, constant: value }
  }
  if (type.kind === 'decimal')
    return { sql: `${decimal(value as number | object, type.scale)}BD`, type }
  if (type.kind === 'double' || type.kind === 'float') {
    if (!Number.isFinite(Number(value))) return { sql: `double('${String(value)}')`, type }
    return { sql: `${Number(value).toExponential()}D`, type, constant: Number(value) }
  }
  if (type.kind === 'integer') {
    if (type.bits === 128) return { sql: `${huge(value)}BD`, type }
    const digits = String(value)
    return { sql: type.bits === 64 ? `${digits}L` : digits, type, constant: Number(value) }
  }
  throw differs(`a literal of type ${tree.id}`)
}

function decimal(value: number | object, scale: number): string {
  const digits = (typeof value === 'object' ? huge(value) : String(value)).padStart(scale + 1, '0')
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function huge(value: unknown): string {
  const { upper, lower } = value as { upper: number | string; lower: number | string }
  return String((BigInt(upper) << 64n) + BigInt(lower))
}

const COMPARISONS: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_GREATERTHAN: '>',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHANOREQUALTO: '>=',
  COMPARE_NOT_DISTINCT_FROM: '<=>',
}

function comparison(node: AstNode, env: Env): Sql {
  const [left, right] = [env.expr(node['left'] as AstNode), env.expr(node['right'] as AstNode)]
  if (node.type === 'COMPARE_DISTINCT_FROM') {
    return bool(`NOT (${valueOf(left)} <=> ${valueOf(right)})`)
  }
  const sign = COMPARISONS[node.type ?? '']
  if (sign === undefined) throw differs(String(node.type))
  return bool(`${valueOf(left)} ${sign} ${valueOf(right)}`)
}

function caseOf(node: AstNode, env: Env): Sql {
  const checks = (node['case_checks'] ?? []) as { when_expr: AstNode; then_expr: AstNode }[]
  const whens = checks.map((c) => [env.expr(c.when_expr), env.expr(c.then_expr)] as const)
  const last = env.expr(node['else_expr'] as AstNode)
  const text = whens.map(([w, t]) => `WHEN ${valueOf(w)} THEN ${valueOf(t)}`).join(' ')
  return {
    sql: `(CASE ${text} ELSE ${valueOf(last)} END)`,
    type: common([...whens.map(([, t]) => t.type), last.type]),
  }
}

function castOf(node: AstNode, env: Env): Sql {
  const child = env.expr(node['child'] as AstNode)
  const to = typeOfTree(node['cast_type'])
  if (to.kind === 'interval') {
    if (child.type.kind === 'interval') return child
    if (typeof child.constant === 'string') return { sql: interval(child.constant), type: INTERVAL }
    throw differs('an INTERVAL from text that is not a constant')
  }
  if (to.kind === 'boolean' && (child.constant === 't' || child.constant === 'f')) {
    return { sql: String(child.constant === 't'), type: BOOLEAN, constant: child.constant === 't' }
  }
  return cast(child, to, node['try_cast'] === true)
}

function operator(node: AstNode, env: Env): Sql {
  const { type } = node
  const args = childrenOf(node).map((c) => env.expr(c))
  const [first, ...rest] = args
  if (!first) throw differs(String(type))
  switch (type ?? '') {
    case 'OPERATOR_IS_NULL':
      return bool(`${valueOf(first)} IS NULL`)
    case 'OPERATOR_IS_NOT_NULL':
      return bool(`${valueOf(first)} IS NOT NULL`)
    case 'OPERATOR_NOT':
      return bool(`NOT ${valueOf(first)}`)
    case 'COMPARE_IN':
    case 'COMPARE_NOT_IN':
      return bool(
        `${valueOf(first)} ${type === 'COMPARE_IN' ? '' : 'NOT '}IN (${rest.map(valueOf).join(', ')})`,
      )
    case 'OPERATOR_COALESCE':
      return {
        sql: `coalesce(${args.map(valueOf).join(', ')})`,
        type: common(args.map((a) => a.type)),
      }
    case 'ARRAY_EXTRACT':
      return elementOf(first, rest[0])
    case 'ARRAY_SLICE':
      return sliceOf(first, rest)
    case 'STRUCT_EXTRACT': {
      const found = fields(first, [String(rest[0]?.constant)])
      if (!found) throw differs(`the field ${String(rest[0]?.constant)}`)
      return found
    }
    case 'ARRAY_CONSTRUCTOR':
      return { sql: `array(${args.map(valueOf).join(', ')})`, type: listOf(args) }
    default:
      throw differs(String(type).toLowerCase())
  }
}

const listOf = (args: readonly Sql[]): SqlType => ({
  kind: 'list',
  item: common(args.map((a) => a.type)),
})

function callOf(node: AstNode, name: string, orders: readonly Order[], env: Env): Call {
  const children = childrenOf(node)
  const distinct = node['distinct'] === true
  return { name, node, children, env, distinct, suffix: '', orders }
}

function call(node: AstNode, env: Env): Sql {
  const name = String(node['function_name']).toLowerCase()
  const expanded = expandMacro(name, childrenOf(node), env.all)
  if (expanded) return env.expr(expanded)
  const orders = ordersOf(node['order_bys'] as AstNode | undefined, env)
  if (isAggregate(name)) {
    const filter = node['filter'] as AstNode | null | undefined
    const suffix = filter ? ` FILTER (WHERE ${valueOf(env.expr(filter))})` : ''
    return aggregate({ ...callOf(node, name, orders, env), suffix })
  }
  const rule = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  if (!rule) throw differs(`the function ${name}`)
  // A lambda is no value: the rule writes it.
  const args = childrenOf(node).map((c) =>
    c.class === 'LAMBDA' && name.startsWith('list_') ? { sql: '', type: NULL } : env.expr(c),
  )
  return rule(args, callOf(node, name, orders, env))
}

function subquery(node: AstNode, env: Env): Sql {
  const inner = (node['subquery'] as { node: AstNode }).node
  const { parent: _, aliases: __, ...own } = env.scope
  const scope: Scope = { ...own, relations: [], parent: env.scope }
  const { sql, columns } = env.all.query(inner, scope, env.all)
  const kind = String(node['subquery_type'])
  if (kind === 'EXISTS' || kind === 'NOT_EXISTS') {
    return bool(`${kind === 'EXISTS' ? '' : 'NOT '}EXISTS (${sql})`)
  }
  if (kind === 'SCALAR') return { sql: `(${sql})`, type: columns[0]?.type ?? NULL }
  if (kind === 'ANY' && node['comparison_type'] === 'COMPARE_EQUAL') {
    return bool(`${valueOf(env.expr(node['child'] as AstNode))} IN (${sql})`)
  }
  throw differs(`a comparison with ${kind} of a subquery`)
}
