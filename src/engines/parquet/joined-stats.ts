import type { FileStats } from '../../core/file-stats.js'
import type { TableColumn } from '../../formats/table-schema.js'
import { mergeStats } from '../merge-stats.js'
import { groupStats } from './group-stats.js'
import type { RowGroup } from './parquet-file.js'

/** Row groups that came from one file, and the nulls that are known of them all: a list's are not in a footer. */
export interface JoinedPart {
  readonly groups: readonly RowGroup[]
  readonly nullCount: Readonly<Record<string, unknown>>
}

/** Delta's statistics of a file that was joined of these. */
export function joinedStats(
  columns: readonly TableColumn[],
  parts: readonly JoinedPart[],
): FileStats {
  const stats = parts.map(({ groups, nullCount }) => {
    const own = mergeStats(
      columns,
      groups.map((g) => groupStats(columns, g)),
    )
    const lists = columns.flatMap(({ name, type }) => {
      const isList = typeof type !== 'string' && 'list' in type
      const known = own.nullCount[name] ?? nullCount[name]
      return isList && typeof known === 'number' ? [[name, known] as const] : []
    })
    return { ...own, nullCount: { ...own.nullCount, ...Object.fromEntries(lists) } }
  })
  return mergeStats(columns, stats)
}
