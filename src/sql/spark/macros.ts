import type { AstNode } from '../ast.js'
import type { Translation } from './emit.js'

/** A call of a macro as what it stands for; undefined when there is none of that name. */
export function expandMacro(
  name: string,
  values: readonly AstNode[],
  { macros }: Translation,
): AstNode | undefined {
  const macro = macros.get(name)?.find((m) => m.parameters.length === values.length)
  if (!macro) return undefined
  const bound = new Map(macro.parameters.map((p, i) => [p.toLowerCase(), values[i]]))
  return replaced(macro.body, bound) as AstNode
}

function replaced(tree: unknown, bound: ReadonlyMap<string, AstNode | undefined>): unknown {
  if (Array.isArray(tree)) return tree.map((t) => replaced(t, bound))
  if (tree === null || typeof tree !== 'object') return tree
  const node = tree as AstNode
  const names = node.class === 'COLUMN_REF' ? (node['column_names'] as string[]) : []
  const value = names.length === 1 ? bound.get(String(names[0]).toLowerCase()) : undefined
  if (value) return value
  return Object.fromEntries(Object.entries(tree).map(([k, v]) => [k, replaced(v, bound)]))
}
