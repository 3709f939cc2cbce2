import type { AstNode } from '../ast.js'
import { nodesOf } from '../ast.js'
import { isAggregate } from './aggregates.js'
import { jsonValue } from './cast.js'
import { fields, starColumns, column } from './columns.js'
import { type Env, type Sql, textIn } from './emit.js'
import { differs, sparkName } from './spark-text.js'
import type { SqlField } from './sql-type.js'

/** What a select list gives. */
export interface SelectItems {
  readonly sql: string
  readonly columns: readonly SqlField[]
  /** Those without an aggregate: what GROUP BY ALL groups by. */
  readonly plain: readonly string[]
}

/** A select list, its stars spelt out and every column named. */
export function selectItems(list: readonly AstNode[], env: Env): SelectItems {
  const texts: string[] = []
  const columns: SqlField[] = []
  const plain: string[] = []
  for (const item of list) {
    if (item.class === 'STAR') {
      for (const { name, value } of star(item, env)) {
        texts.push(`${jsonValue(value)} AS ${sparkName(name)}`)
        columns.push({ name, type: value.type })
        plain.push(jsonValue(value))
      }
      continue
    }
    const value = env.expr(item)
    const sql = jsonValue(value)
    if (sql.startsWith('inline(') && value.type.kind === 'struct') {
      texts.push(sql)
      columns.push(...value.type.fields)
      continue
    }
    const name = nameOf(item, columns.length)
    texts.push(`${sql} AS ${sparkName(name)}`)
    columns.push({ name, type: value.type })
    if (!aggregates(item)) plain.push(sql)
  }
  return { sql: texts.join(', '), columns, plain }
}

function aggregates(item: AstNode): boolean {
  for (const node of nodesOf(item)) {
    if (node.class === 'FUNCTION' && isAggregate(String(node['function_name']).toLowerCase())) {
      return true
    }
  }
  return false
}

/** As DuckDB names it, as far as a query may use that name. */
function nameOf(item: AstNode, at: number): string {
  if (item.alias) return item.alias
  const names = (item.class === 'COLUMN_REF' ? item['column_names'] : []) as string[]
  const last = names.at(-1)
  if (last !== undefined) return last
  if (item.class === 'FUNCTION') {
    const name = String(item['function_name'])
    if (name === 'count_star') return 'count_star()'
    const args = ((item['children'] ?? []) as AstNode[]).map((c) =>
      c.class === 'COLUMN_REF' ? (c['column_names'] as string[]).join('.') : undefined,
    )
    if (name === 'unnest') return `unnest(${args.join(', ')})`
    if (!args.includes(undefined) && item['is_operator'] !== true)
      return `${name}(${args.join(', ')})`
  }
  return `column ${at}`
}

interface NamedValue {
  readonly name: string
  readonly value: Sql
}

function star(item: AstNode, env: Env): NamedValue[] {
  const table = textIn(item, 'relation_name') || undefined
  const expr = item['expr'] as AstNode | null | undefined
  if (expr && expr.class !== 'CONSTANT') throw differs('COLUMNS with a lambda')
  const wanted = expr ? new RegExp(String((expr['value'] as { value: unknown }).value)) : undefined
  const left = new Set(
    [
      ...((item['exclude_list'] ?? []) as unknown[]),
      ...((item['qualified_exclude_list'] ?? []) as unknown[]),
    ].map((e) =>
      (typeof e === 'string' ? e : String((e as { column?: string }).column)).toLowerCase(),
    ),
  )
  const replaced = new Map(
    ((item['replace_list'] ?? []) as { key: string; value: AstNode }[]).map((r) => [
      r.key.toLowerCase(),
      r.value,
    ]),
  )
  const renamed = new Map(
    ((item['rename_list'] ?? []) as { key: { column?: string } | string; value: string }[]).map(
      (r) => [(typeof r.key === 'string' ? r.key : String(r.key.column)).toLowerCase(), r.value],
    ),
  )
  return columnsOf(table, env)
    .filter((c) => !left.has(c.name.toLowerCase()) && (wanted?.test(c.name) ?? true))
    .map(({ name, value }) => {
      const other = replaced.get(name.toLowerCase())
      return {
        name: renamed.get(name.toLowerCase()) ?? name,
        value: other ? env.expr(other) : value,
      }
    })
}

/** Of the tables in sight, of one, or of a struct. */
function columnsOf(table: string | undefined, env: Env): NamedValue[] {
  const { relations } = env.scope
  if (
    table !== undefined &&
    !relations.some((r) => r.alias.toLowerCase() === table.toLowerCase())
  ) {
    const value = column([table], env.scope)
    if (value?.type.kind === 'struct') {
      return value.type.fields.flatMap((f) => {
        const found = fields(value, [f.name])
        return found ? [{ name: f.name, value: found }] : []
      })
    }
  }
  return starColumns(relations, table).map(({ name, sql, type }) => ({
    name,
    value: { sql, type },
  }))
}
