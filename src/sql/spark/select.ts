import type { AstNode } from '../ast.js'
import { jsonValue } from './cast.js'
import {
  constantNumber,
  type Env,
  type Scope,
  type SparkQuery,
  type Sql,
  type Translation,
} from './emit.js'
import { expression } from './expression.js'
import { from } from './from.js'
import { orderText, ordersOf } from './orders.js'
import { selectItems } from './select-items.js'
import { differs, sparkName } from './spark-text.js'
import { common, type SqlField } from './sql-type.js'

/** A query, or one within another, in Spark's SQL. */
export function select(node: AstNode, scope: Scope, all: Translation): SparkQuery {
  const { ctes, heads } = withClause(node, scope, all)
  const inner: Scope = { ...scope, ctes }
  const { sql, columns } =
    node.type === 'SELECT_NODE'
      ? selectNode(node, inner, all)
      : node.type === 'SET_OPERATION_NODE'
        ? setOperation(node, inner, all)
        : refuse(node)
  const head = heads.length === 0 ? '' : `WITH ${heads.join(',\n')}\n`
  return { sql: `${head}${sql}`, columns }
}

function refuse(node: AstNode): never {
  throw differs(node.type === 'RECURSIVE_CTE_NODE' ? 'a recursive WITH' : String(node.type))
}

function withClause(
  node: AstNode,
  scope: Scope,
  all: Translation,
): { readonly ctes: Scope['ctes']; readonly heads: readonly string[] } {
  const ctes = new Map(scope.ctes)
  const map = ((node['cte_map'] as { map?: readonly Cte[] } | undefined)?.map ??
    []) as readonly Cte[]
  const heads = map.map(({ key, value }) => {
    const inner = value.query?.node
    if (!inner) throw differs('that WITH')
    if ((value.key_targets ?? []).length > 0) throw differs('USING KEY')
    const { sql, columns } = all.query(inner, { ...scope, ctes: new Map(ctes) }, all)
    const names = value.aliases ?? []
    const named = columns.map((c, i) => ({ ...c, name: names[i] ?? c.name }))
    ctes.set(key.toLowerCase(), named)
    return `${sparkName(key)}(${named.map((c) => sparkName(c.name)).join(', ')}) AS (${sql})`
  })
  return { ctes, heads }
}

interface Cte {
  readonly key: string
  readonly value: {
    readonly query?: { readonly node?: AstNode }
    readonly aliases?: readonly string[]
    readonly key_targets?: readonly unknown[]
  }
}

function selectNode(node: AstNode, outer: Scope, all: Translation): SparkQuery {
  if (node['sample']) throw differs('a sample')
  const { parent, ctes } = outer
  const source = from(node['from_table'] as AstNode, outer, all)
  const base: Scope = {
    relations: source.relations,
    ctes,
    ...(outer.onOuter ? { onOuter: outer.onOuter } : {}),
    ...(outer.lambda ? { lambda: outer.lambda } : {}),
    ...(parent ? { parent } : {}),
  }
  const list = (node['select_list'] ?? []) as AstNode[]
  const aliases = new Map(
    list.flatMap((item) => (item.alias ? [[item.alias.toLowerCase(), item] as const] : [])),
  )
  const scope: Scope = { ...base, aliases }
  const aliased: Env = { scope, all, expr: (n, s = scope) => expression(n, s, all) }
  const items = selectItems(list, aliased)
  const clause = (word: string, key: string): string => {
    const condition = node[key] as AstNode | null | undefined
    return condition ? `\n${word} ${jsonValue(aliased.expr(condition))}` : ''
  }
  const body = [
    source.sql === '' ? '' : `\nFROM ${source.sql}`,
    clause('WHERE', 'where_clause'),
    groupBy(node, aliased, items),
    clause('HAVING', 'having'),
    clause('QUALIFY', 'qualify'),
  ].join('')
  return modified(node, `${items.sql}${body}`, items.columns, aliased, 'SELECT ')
}

function groupBy(
  node: AstNode,
  env: Env,
  { plain }: { readonly plain: readonly string[] },
): string {
  if (node['aggregate_handling'] === 'FORCE_AGGREGATES') {
    return plain.length === 0 ? '' : `\nGROUP BY ${plain.join(', ')}`
  }
  const groups = ((node['group_expressions'] ?? []) as AstNode[]).map((g) => {
    const value = env.expr(g)
    return g.class === 'CONSTANT' && constantNumber(value) !== undefined
      ? String(value.constant)
      : jsonValue(value)
  })
  const sets = (node['group_sets'] ?? []) as readonly (readonly number[])[]
  if (sets.length <= 1) return groups.length === 0 ? '' : `\nGROUP BY ${groups.join(', ')}`
  const texts = sets.map((set) => `(${set.map((i) => groups[i] ?? '').join(', ')})`)
  return `\nGROUP BY GROUPING SETS (${texts.join(', ')})`
}

/** Adds DISTINCT, ORDER BY and LIMIT. */
function modified(
  node: AstNode,
  body: string,
  columns: readonly SqlField[],
  env: Env,
  word: string,
): SparkQuery {
  let head = word
  let tail = ''
  for (const modifier of (node['modifiers'] ?? []) as AstNode[]) {
    if (modifier.type === 'DISTINCT_MODIFIER') {
      if (((modifier['distinct_on_targets'] ?? []) as unknown[]).length > 0) {
        throw differs('DISTINCT ON; use QUALIFY row_number() OVER (…) = 1')
      }
      head = 'SELECT DISTINCT '
    } else if (modifier.type === 'ORDER_MODIFIER') {
      tail += `\nORDER BY ${orderBy(modifier, columns, env)}`
    } else if (modifier.type === 'LIMIT_MODIFIER') {
      for (const key of ['limit', 'offset'] as const) {
        const value = modifier[key] as AstNode | null | undefined
        if (value) tail += `\n${key.toUpperCase()} ${limitOf(env.expr(value))}`
      }
    } else throw differs(String(modifier.type).toLowerCase())
  }
  return { sql: `${head}${body}${tail}`, columns }
}

function limitOf(value: Sql): string {
  const known = constantNumber(value)
  if (value.constant === null) return 'ALL'
  return known === undefined
    ? `CAST(${jsonValue(value)} AS INT)`
    : String(Math.min(known, 2 ** 31 - 1))
}

/** A name is that of a column of the result first. */
function orderBy(modifier: AstNode, columns: readonly SqlField[], env: Env): string {
  const raw = (modifier['orders'] ?? []) as AstNode[]
  if (raw.some((o) => (o['expression'] as AstNode).class === 'STAR')) {
    const [only] = raw
    if (raw.length > 1 || only?.type === 'DESCENDING') throw differs('that ORDER BY ALL')
    return columns.map((_, i) => `${i + 1} ASC NULLS LAST`).join(', ')
  }
  const shown: Env = {
    ...env,
    expr: (node, scope) => {
      const names = node.class === 'COLUMN_REF' ? (node['column_names'] as string[]) : []
      const name = names.length === 1 ? names[0]?.toLowerCase() : undefined
      const found = columns.filter((c) => c.name.toLowerCase() === name)
      const [column] = found
      if (column && found.length === 1) return { sql: sparkName(column.name), type: column.type }
      if (node.class === 'CONSTANT') {
        const value = env.expr(node)
        if (typeof value.constant === 'number') return { ...value, sql: String(value.constant) }
      }
      return env.expr(node, scope)
    },
  }
  return orderText(ordersOf(modifier, shown))
}

function setOperation(node: AstNode, scope: Scope, all: Translation): SparkQuery {
  const kind = String(node['setop_type'])
  if (!/^(?:UNION|EXCEPT|INTERSECT)$/.test(kind)) throw differs(kind.replaceAll('_', ' '))
  const parts = (node['children'] ?? [node['left'], node['right']]) as AstNode[]
  const sides = parts.map((p) => all.query(p, scope, all))
  const [first] = sides
  if (!first) throw differs('an empty set operation')
  const columns = first.columns.map((c, i) => ({
    name: c.name,
    type: common(sides.map((s) => s.columns[i]?.type ?? c.type)),
  }))
  const word = `\n${kind}${node['setop_all'] === true ? ' ALL' : ''}\n`
  const own: Scope = { ...scope, relations: [{ alias: '', columns }] }
  const env: Env = { scope: own, all, expr: (n, s = own) => expression(n, s, all) }
  const body = sides.map((s) => `(${s.sql})`).join(word)
  return modified(node, body, columns, env, '')
}
