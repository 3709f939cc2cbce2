import { HeadrigError } from '../../core/errors.js'
import type { ExternalTable } from '../external-table.js'
import type { RawReader } from '../raw-reader.js'

/** What a Java class that reads records does, as data. */
export interface SerDe {
  /** The classes that it answers for, the usual one first. */
  readonly classes: readonly string[]
  /** Properties it knows; a name that ends in `.` stands for all that begin so. */
  readonly properties: readonly string[]
  reader(table: ExternalTable): RawReader
}

/** A property of the SerDe, else of the table. */
export function property(table: ExternalTable, name: string): string | undefined {
  return table.serdeProperties[name] ?? table.properties[name]
}

/** A property that is true or false. Throws `invalid` for other text. */
export function flag(table: ExternalTable, name: string, otherwise: boolean): boolean {
  const text = property(table, name)?.trim().toLowerCase()
  if (text === undefined) return otherwise
  if (text === 'true') return true
  if (text === 'false') return false
  throw badProperty(table, name, text, 'write true or false')
}

/** The lines at the start of each file that are no rows. */
export function skipLines(table: ExternalTable): number {
  const text = property(table, 'skip.header.line.count')
  if (text === undefined) return 0
  if (/^\d{1,6}$/.test(text.trim())) return Number(text)
  throw badProperty(table, 'skip.header.line.count', text, 'write a number of lines')
}

export function badProperty(
  table: ExternalTable,
  name: string,
  value: string,
  remedy: string,
): HeadrigError {
  return new HeadrigError(
    'invalid',
    `table ${table.name}: property ${JSON.stringify(name)} is ${JSON.stringify(value)}: ${remedy}`,
  )
}
