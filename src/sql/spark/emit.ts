import type { AstNode } from '../ast.js'
import type { JsonStep } from './json-path.js'
import { differs } from './spark-text.js'
import type { SqlField, SqlType } from './sql-type.js'

/** An expression in Spark's SQL. */
export interface Sql {
  readonly sql: string
  readonly type: SqlType
  /** Of a literal. */
  readonly constant?: string | number | bigint | boolean | null
  /** A part of a JSON text: a further step adds to it. */
  readonly json?: { readonly base: string; readonly steps: readonly JsonStep[] }
}

/** What a FROM clause brings into sight. */
export interface Relation {
  readonly alias: string
  readonly columns: readonly SqlField[]
  /** Columns that a USING join shows once, on its other side. */
  readonly merged?: ReadonlySet<string>
}

export interface Scope {
  readonly relations: readonly Relation[]
  readonly parent?: Scope
  /** CTEs by lower-case name. */
  readonly ctes: ReadonlyMap<string, readonly SqlField[]>
  /** Expressions of the select list by lower-case alias. */
  readonly aliases?: ReadonlyMap<string, AstNode>
  readonly lambda?: ReadonlyMap<string, SqlType>
  /** Told when a name of an outer query is used. */
  readonly onOuter?: () => void
}

/** A query in Spark's SQL, with the columns that it gives. */
export interface SparkQuery {
  readonly sql: string
  readonly columns: readonly SqlField[]
}

/** A macro: its parameters, and what it stands for. */
export interface Macro {
  readonly parameters: readonly string[]
  readonly body: AstNode
}

/** What translating needs to know beside the text. */
export interface Translation {
  /** Tables and views by lower-case name. */
  readonly tables: ReadonlyMap<string, readonly SqlField[]>
  /** By lower-case name. */
  readonly macros: ReadonlyMap<string, readonly Macro[]>
  /** Whole numbers divide to whole numbers. */
  readonly integerDivision: boolean
  readonly query: (node: AstNode, scope: Scope, all: Translation) => SparkQuery
}

/** Where an expression stands. */
export interface Env {
  readonly scope: Scope
  readonly all: Translation
  expr(node: AstNode, scope?: Scope): Sql
}

/** A call of a function. */
export interface Call {
  readonly name: string
  readonly node: AstNode
  readonly children: readonly AstNode[]
  readonly env: Env
  readonly distinct: boolean
  /** What stands behind an aggregate: FILTER, OVER. */
  readonly suffix: string
  readonly orders: readonly Order[]
}

export interface Order {
  readonly value: Sql
  readonly descending: boolean
  readonly nullsFirst: boolean
}

export type Rule = (args: readonly Sql[], call: Call) => Sql

/** The argument at that place; a call with too few is not known. */
export function arg(args: readonly Sql[], index: number): Sql {
  const found = args[index]
  if (!found) throw differs('a call with too few arguments')
  return found
}

/** The text of a literal; what Spark needs to know beforehand. */
export function constantText(value: Sql | undefined, what: string): string {
  if (typeof value?.constant === 'string') return value.constant
  throw differs(`${what} that is not a constant`)
}

/** The whole number of a literal. */
export function constantNumber(value: Sql | undefined): number | undefined {
  return typeof value?.constant === 'number' ? value.constant : undefined
}

/** A text in a node of the tree; empty when there is none. */
export function textIn(node: AstNode | undefined, key: string): string {
  const value = node?.[key]
  return typeof value === 'string' ? value : ''
}
