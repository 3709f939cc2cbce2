import type { PartitionValues } from './actions.js'

/**
 * The folder that files of a partition go to, ending in `/`; empty for a table without partitions.
 * @example partitionFolder(['event_day'], { event_day: null }) // 'event_day=__HIVE_DEFAULT_PARTITION__/'
 */
export function partitionFolder(columns: readonly string[], values: PartitionValues): string {
  return columns
    .map((column) => {
      const value = values[column]
      const text = value === null || value === undefined || value === '' ? NONE : escape(value)
      return `${escape(column)}=${text}/`
    })
    .join('')
}

const NONE = '__HIVE_DEFAULT_PARTITION__'

/** As Hive does: what file names cannot hold becomes percent escapes. */
function escape(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u001f"#%'*/:=?\\\u007f{}[\]^]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}
