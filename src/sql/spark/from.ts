import { HeadrigError } from '../../core/errors.js'
import type { AstNode } from '../ast.js'
import { jsonValue } from './cast.js'
import { constantNumber, type Relation, type Scope, type Sql, type Translation } from './emit.js'
import { expression } from './expression.js'
import { differs, sparkName } from './spark-text.js'
import { common, LONG, NULL, type SqlField } from './sql-type.js'

/** A FROM clause in Spark's SQL, and what it brings into sight. */
export interface From {
  readonly sql: string
  readonly relations: readonly Relation[]
}

/** Reads a table, a join, a subquery, … `left`: what stands before it in the same FROM. */
export function from(
  node: AstNode,
  scope: Scope,
  all: Translation,
  left: readonly Relation[] = [],
): From {
  if (node['sample']) throw differs('a sample')
  switch (node.type ?? '') {
    case 'EMPTY':
      return { sql: '', relations: [] }
    case 'BASE_TABLE':
      return table(node, scope, all)
    case 'SUBQUERY':
      return subquery(node, scope, all, left)
    case 'JOIN':
      return join(node, scope, all, left)
    case 'TABLE_FUNCTION':
      return tableFunction(node, scope, all, left)
    case 'EXPRESSION_LIST':
      return values(node, scope, all)
    default:
      throw differs(String(node.type).toLowerCase().replaceAll('_', ' '))
  }
}

function table(node: AstNode, { ctes }: Scope, all: Translation): From {
  const name = String(node['table_name'])
  if (node['at_clause']) throw differs('AT; use --as-of')
  const columns = ctes.get(name.toLowerCase()) ?? all.tables.get(name.toLowerCase())
  if (!columns) throw new HeadrigError('invalid', `spark has no table ${name}`)
  return named(node, sparkName(name), columns, name)
}

/** Gives a relation its alias and its columns theirs. */
function named(node: AstNode, sql: string, columns: readonly SqlField[], fallback: string): From {
  const alias = node.alias || fallback
  const names = (node['column_name_alias'] ?? []) as readonly string[]
  const given = columns.map((c, i) => ({ ...c, name: names[i] ?? c.name }))
  const list = names.length > 0 ? `(${given.map((c) => sparkName(c.name)).join(', ')})` : ''
  return {
    sql: `${sql} AS ${sparkName(alias)}${list}`,
    relations: [{ alias, columns: given }],
  }
}

function subquery(node: AstNode, scope: Scope, all: Translation, left: readonly Relation[]): From {
  const inner = (node['subquery'] as { node: AstNode }).node
  let correlated = false
  const outer: Scope = { ...scope, relations: left }
  const own: Scope = {
    relations: [],
    ctes: scope.ctes,
    parent: outer,
    onOuter: () => {
      correlated = true
      scope.onOuter?.()
    },
  }
  const { sql, columns } = all.query(inner, own, all)
  const lateral = correlated && left.length > 0 ? 'LATERAL ' : ''
  return named(node, `${lateral}(${sql})`, columns, node.alias || `q${left.length}`)
}

const JOINS: Readonly<Record<string, string>> = {
  INNER: 'JOIN',
  LEFT: 'LEFT JOIN',
  RIGHT: 'RIGHT JOIN',
  OUTER: 'FULL JOIN',
  SEMI: 'LEFT SEMI JOIN',
  ANTI: 'LEFT ANTI JOIN',
}

function join(node: AstNode, scope: Scope, all: Translation, before: readonly Relation[]): From {
  const kind = String(node['ref_type'])
  const type = String(node['join_type'])
  if (!/^(?:REGULAR|CROSS|NATURAL)$/.test(kind)) throw differs(`a ${kind} join`)
  const word = kind === 'CROSS' ? 'CROSS JOIN' : JOINS[type]
  if (!word) throw differs(`a ${type} join`)
  const left = from(node['left'] as AstNode, scope, all, before)
  const right = from(node['right'] as AstNode, scope, all, [...before, ...left.relations])
  const using =
    kind === 'NATURAL' ? shared(left, right) : ((node['using_columns'] ?? []) as string[])
  const only = type === 'SEMI' || type === 'ANTI'
  if (type === 'OUTER' && using.length > 0) throw differs('a FULL JOIN with USING')
  const merged = new Set(using.map((c) => c.toLowerCase()))
  const hide = (side: From): readonly Relation[] =>
    side.relations.map((r) => ({ ...r, merged: new Set([...(r.merged ?? []), ...merged]) }))
  const relations = only
    ? left.relations
    : type === 'RIGHT'
      ? [...hide(left), ...right.relations]
      : [...left.relations, ...hide(right)]
  if (using.length > 0) {
    return { sql: `${left.sql} ${word} ${right.sql} ON ${equal(using, left, right)}`, relations }
  }
  const both: Scope = { ...scope, relations: [...left.relations, ...right.relations] }
  const { aliases: _, ...plain } = both
  const condition = node['condition'] as AstNode | null | undefined
  const on = condition ? ` ON ${jsonValue(expression(condition, plain, all))}` : ''
  return { sql: `${left.sql} ${word} ${right.sql}${on}`, relations }
}

function shared(left: From, right: From): string[] {
  const names = new Set(right.relations.flatMap((r) => r.columns.map((c) => c.name.toLowerCase())))
  return left.relations
    .flatMap((r) => r.columns.map((c) => c.name))
    .filter((n) => names.has(n.toLowerCase()))
}

function equal(using: readonly string[], left: From, right: From): string {
  const side = ({ relations }: From, name: string): string => {
    const found = relations.find(
      (r) =>
        !r.merged?.has(name.toLowerCase()) &&
        r.columns.some((c) => c.name.toLowerCase() === name.toLowerCase()),
    )
    if (!found) throw new HeadrigError('invalid', `there is no column ${name} to join by`)
    return `${sparkName(found.alias)}.${sparkName(name)}`
  }
  return using.map((name) => `${side(left, name)} = ${side(right, name)}`).join(' AND ')
}

function tableFunction(
  node: AstNode,
  scope: Scope,
  all: Translation,
  left: readonly Relation[],
): From {
  const call = node['function'] as AstNode
  const name = String(call['function_name']).toLowerCase()
  if (node['with_ordinality'] === 'WITH_ORDINALITY') throw differs('WITH ORDINALITY')
  const sight: Scope = { ...scope, relations: left, parent: scope }
  const args = ((call['children'] ?? []) as AstNode[]).map((c) => expression(c, sight, all))
  if (name === 'unnest') {
    const [list] = args
    if (list?.type.kind !== 'list' || args.length > 1) throw differs('that unnest')
    const columns = [{ name: 'unnest', type: list.type.item }]
    const word = left.length > 0 ? 'LATERAL ' : ''
    return withNames(node, `${word}explode(${jsonValue(list)})`, columns)
  }
  if (name === 'range' || name === 'generate_series') {
    return withNames(node, `range(${bounds(name, args)})`, [{ name, type: LONG }])
  }
  throw differs(`the table function ${name}`)
}

function withNames(node: AstNode, sql: string, columns: readonly SqlField[]): From {
  const names = (node['column_name_alias'] ?? []) as readonly string[]
  const alias = node.alias || columns[0]?.name || 'f'
  const given = columns.map((c, i) => ({ ...c, name: names[i] ?? (node.alias || c.name) }))
  return {
    sql: `${sql} AS ${sparkName(alias)}(${given.map((c) => sparkName(c.name)).join(', ')})`,
    relations: [{ alias, columns: given }],
  }
}

function bounds(name: string, args: readonly Sql[]): string {
  const numbers = args.map(constantNumber)
  if (numbers.includes(undefined)) throw differs(`${name} of numbers that are no constants`)
  const [first = 0, second, step = 1] = numbers as number[]
  const [start, end] = second === undefined ? [0, first] : [first, second]
  if (step <= 0) throw differs(`${name} downwards`)
  return `${start}L, ${name === 'range' ? end : end + 1}L, ${step}L`
}

function values(node: AstNode, scope: Scope, all: Translation): From {
  const rows = ((node['values'] ?? []) as AstNode[][]).map((row) =>
    row.map((v) => expression(v, { ...scope, relations: [] }, all)),
  )
  const names = (node['expected_names'] ?? []) as readonly string[]
  const columns = (rows[0] ?? []).map((_, i) => ({
    name: names[i] ?? `col${i}`,
    type: common(rows.map((r) => r[i]?.type ?? NULL)),
  }))
  const text = rows.map((row) => `(${row.map(jsonValue).join(', ')})`).join(', ')
  const aliases = (node['column_name_alias'] ?? []) as readonly string[]
  const given = columns.map((c, i) => ({ ...c, name: aliases[i] ?? c.name }))
  const alias = node.alias || 'valueslist'
  return {
    sql: `(VALUES ${text}) AS ${sparkName(alias)}(${given.map((c) => sparkName(c.name)).join(', ')})`,
    relations: [{ alias, columns: given }],
  }
}
