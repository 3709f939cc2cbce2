import { HeadrigError } from '../../core/errors.js'
import type { Relation, Scope, Sql } from './emit.js'
import { sparkName } from './spark-text.js'
import type { SqlField } from './sql-type.js'

const same = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase()

/** What a dotted name means; undefined when it means no column. */
export function column(names: readonly string[], scope: Scope): Sql | undefined {
  for (let at: Scope | undefined = scope, passed: Scope[] = []; at; at = at.parent) {
    const found = within(names, at)
    if (found) {
      for (const inner of passed) inner.onOuter?.()
      return found
    }
    passed = [...passed, at]
  }
  return undefined
}

function within(names: readonly string[], { lambda, relations }: Scope): Sql | undefined {
  const [first = ''] = names
  const item = lambda?.get(first.toLowerCase())
  if (item) return fields({ sql: sparkName(first.toLowerCase()), type: item }, names.slice(1))
  for (const skip of [0, 1, 2]) {
    const [table, name] = [names[skip], names[skip + 1]]
    if (table === undefined || name === undefined) break
    const relation = relations.find((r) => same(table, r.alias))
    const found = relation?.columns.find((c) => same(name, c.name))
    if (relation && found) {
      const sql = `${sparkName(relation.alias)}.${sparkName(found.name)}`
      return fields({ sql, type: found.type }, names.slice(skip + 2))
    }
  }
  for (const relation of relations) {
    const found = relation.columns.find((c) => same(first, c.name))
    if (found && !relation.merged?.has(found.name.toLowerCase())) {
      return fields({ sql: sparkName(found.name), type: found.type }, names.slice(1))
    }
  }
  return undefined
}

/** Goes into structs, name by name. */
export function fields(value: Sql, names: readonly string[]): Sql | undefined {
  let out: Sql = value
  for (const name of names) {
    const { type } = out
    const field = type.kind === 'struct' ? type.fields.find((f) => same(name, f.name)) : undefined
    if (!field) return undefined
    out = { sql: `${out.sql}.${sparkName(field.name)}`, type: field.type }
  }
  return out
}

/** The columns that `*` stands for, or `t.*`. */
export function starColumns(
  relations: readonly Relation[],
  table?: string,
): (SqlField & { readonly sql: string })[] {
  const asked = table ? relations.filter((r) => same(table, r.alias)) : relations
  if (asked.length === 0) throw new HeadrigError('invalid', `there is no table ${table ?? ''} here`)
  return asked.flatMap((r) =>
    r.columns
      .filter((c) => table !== undefined || !r.merged?.has(c.name.toLowerCase()))
      .map((c) => ({ ...c, sql: `${sparkName(r.alias)}.${sparkName(c.name)}` })),
  )
}
