import type { MountedFile, MountedTable } from '../engine.js'

/** The column that lies in folder names, not in files. */
export const PARTITION = 'event_day'

/** Files that one `read_parquet` can read. */
export interface FileGroup {
  /** The newest first: its schema is the widest. */
  readonly paths: readonly string[]
  /** `path`: the folder's name says it; else the one day of all the files. */
  readonly day: 'path' | { readonly value: string | null }
  /** Whether the files may differ in the columns that are read: then each is opened to plan. */
  readonly union: boolean
  /** Columns in which no row of these files has a value. */
  readonly empty: ReadonlySet<string>
}

/** Beyond these, the files of the smallest groups are opened to plan. */
const MOST_GROUPS = 48

/**
 * Puts files together that hold the same of the columns that are read. Files leave out columns in
 * which they have no value, and comparing them by opening each costs time and memory for each.
 */
export function groupFiles(table: MountedTable): FileGroup[] {
  const names = new Set(table.columns.map((c) => c.name))
  const read = [...(table.needed ?? names)].filter((n) => n !== PARTITION)
  const groups = new Map<string, FileGroup & { paths: string[] }>()
  for (const file of table.files) {
    const day = dayIsInPath(file, names) ? 'path' : { value: file.eventDay }
    const held = read.map((n) => file.holds?.get(n))
    const union = held.includes(undefined)
    const shape = union ? '?' : held.map(Number).join('')
    const key = `${day === 'path' ? day : day.value} ${shape}`
    const group = groups.get(key)
    if (group) group.paths.push(file.path)
    else {
      const empty = new Set(union ? [] : read.filter((_, i) => held[i] === false))
      groups.set(key, { paths: [file.path], day, union, empty })
    }
  }
  return fewer([...groups.values()]).map((g) => ({ ...g, paths: g.paths.toReversed() }))
}

function fewer(groups: FileGroup[]): FileGroup[] {
  const inPath = groups.filter((g) => g.day === 'path')
  if (inPath.length <= MOST_GROUPS) return groups
  const sorted = inPath.toSorted((a, b) => b.paths.length - a.paths.length)
  const rest = sorted.slice(MOST_GROUPS - 1).flatMap((g) => g.paths)
  return [
    ...groups.filter((g) => g.day !== 'path'),
    ...sorted.slice(0, MOST_GROUPS - 1),
    { paths: rest, day: 'path', union: true, empty: new Set() },
  ]
}

function dayIsInPath(file: MountedFile, names: ReadonlySet<string>): boolean {
  const parts = file.path.split('/').slice(0, -1)
  const ours = parts.filter((p) => p.includes('=') && names.has(p.slice(0, p.indexOf('='))))
  const own = `${PARTITION}=${file.eventDay ?? '__HIVE_DEFAULT_PARTITION__'}`
  return ours.length === 1 && ours[0] === own
}
