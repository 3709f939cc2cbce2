/**
 * Where a key lies below a root. A checked key has no part that `join` would resolve, and resolving is
 * a tenth of what listing 100,000 files costs.
 */
export function pathOf(root: string, key: string): string {
  return root === '/' ? `/${key}` : `${root}/${key}`
}
