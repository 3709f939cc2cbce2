/** A query as the engine's own parser tells it in JSON. */
export interface ParsedSql {
  /** What keeps it from being a query, in the parser's words. */
  readonly error?: { readonly type: string; readonly message: string; readonly position?: number }
  readonly statements: readonly unknown[]
}

/** Reads what DuckDB's `json_serialize_sql` answered. */
export function readParsed(json: string): ParsedSql {
  // JSON's numbers would round the digits of large ones.
  const exact = json.replaceAll(/(?<!\\)"(value|lower|upper)":(-?\d{16,})(?=[,}])/g, '"$1":"$2"')
  const answer = JSON.parse(exact) as Record<string, unknown>
  if (answer['error'] !== true) return { statements: (answer['statements'] ?? []) as unknown[] }
  const position = answer['position']
  return {
    statements: [],
    error: {
      type: String(answer['error_type']),
      message: String(answer['error_message']),
      ...(position === undefined ? {} : { position: Number(position) }),
    },
  }
}

export interface AstNode {
  readonly type?: string
  readonly class?: string
  readonly alias?: string
  readonly query_location?: number
  readonly [key: string]: unknown
}

/** Every object of the tree, parents before children. */
export function* nodesOf(tree: unknown): Generator<AstNode> {
  if (Array.isArray(tree)) for (const item of tree) yield* nodesOf(item)
  else if (tree !== null && typeof tree === 'object') {
    yield tree as AstNode
    for (const value of Object.values(tree)) yield* nodesOf(value)
  }
}

/** Byte offsets of columns in select lists, and of tables, that the user gave no alias. */
export function withoutAlias(parsed: ParsedSql): {
  readonly columns: ReadonlySet<number>
  readonly tables: ReadonlySet<number>
} {
  const columns = new Set<number>()
  const tables = new Set<number>()
  for (const node of nodesOf(parsed.statements)) {
    const { type, alias, query_location: at } = node
    if (type === 'BASE_TABLE' && alias === '' && at !== undefined) tables.add(at)
    if (type !== 'SELECT_NODE') continue
    for (const item of (node['select_list'] ?? []) as AstNode[]) {
      if (item.class === 'COLUMN_REF' && item.alias === '') columns.add(item.query_location ?? -1)
    }
  }
  return { columns, tables }
}
