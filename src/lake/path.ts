import { HeadrigError } from '../core/errors.js'

/**
 * The place of a data file below its table's folder, from the `path` that the log has for it: percent
 * escapes are undone, an absolute URI within the table is made relative. Throws `invalid` for a file
 * elsewhere and for broken escapes.
 * @example decodePath('event_day=2024-01-15/a%20b.parquet', 'file:///lake/tables/x')
 */
export function decodePath(logged: string, tableUri: string): string {
  const absolute = logged.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(logged)
  if (!absolute && !logged.includes('%')) return logged
  const path = unescape(logged)
  if (!absolute) return path
  const root = unescape(tableUri)
  for (const base of [root, root.replace(/^file:\/\//, 'file:'), root.replace(/^file:\/\//, '')]) {
    if (path.startsWith(`${base}/`)) return path.slice(base.length + 1)
  }
  throw new HeadrigError(
    'invalid',
    `data file ${JSON.stringify(logged)} is outside its table ${tableUri}: shallow clones are not supported, copy the table with its files`,
  )
}

/** The inverse of `decodePath` for a relative place. */
export function encodePath(path: string): string {
  if (/^[\w./=-]*$/.test(path)) return path
  return encodeURI(path).replace(
    /[?#:]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new HeadrigError(
      'invalid',
      `path ${JSON.stringify(text)} in the log has a broken percent escape: the log is damaged`,
      { cause },
    )
  }
}
