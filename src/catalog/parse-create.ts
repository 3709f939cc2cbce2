import { resolve } from 'node:path'
import type { DdlCursor } from './ddl-cursor.js'
import type { DdlToken } from './ddl-tokens.js'
import { parseType } from './ddl-types.js'
import type { ExternalColumn, ExternalTable } from './external-table.js'
import { cleanLocation } from './location.js'
import { LAZY_SIMPLE, STORED_AS, TEXT_INPUT, TEXT_OUTPUT } from './stored-as.js'

/**
 * Reads what follows `CREATE EXTERNAL`: `TABLE …` with its clauses in any order.
 * Throws `invalid` with the place for what Athena does not have either.
 */
export function parseCreate(
  cursor: DdlCursor,
  base: string,
): { readonly table: ExternalTable; readonly ifNotExists: boolean } {
  cursor.words('TABLE')
  const ifNotExists = cursor.takeWords('IF', 'NOT', 'EXISTS')
  const name = tableName(cursor)
  const columns = cursor.list(() => column(cursor))
  const clauses = new Clauses(cursor, base)
  while (clauses.take());
  cursor.end()
  const table = clauses.table(name, columns)
  const seen = new Set<string>()
  for (const c of [...table.columns, ...table.partitionedBy]) {
    if (seen.has(c.name)) throw cursor.fail(`the table has two columns ${JSON.stringify(c.name)}`)
    seen.add(c.name)
  }
  return { table, ifNotExists }
}

/** The last part of a table's name: databases are not kept apart. */
export function tableName(cursor: DdlCursor): string {
  const { token } = cursor
  let name = cursor.name('the name of a table')
  while (cursor.takeSign('.')) name = cursor.name('the name of a table')
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_-]{0,254}$/u.test(name)) {
    throw cursor.fail(
      `${JSON.stringify(name)} is no name for a table: use letters, digits and _`,
      token,
    )
  }
  return name
}

/** `name type [COMMENT 'text']` */
export function column(cursor: DdlCursor): ExternalColumn {
  const name = cursor.name('the name of a column')
  const type = parseType(cursor)
  return cursor.takeWords('COMMENT')
    ? { name, type, comment: cursor.text('a comment') }
    : { name, type }
}

/** `('key' = 'value', …)`. */
export function properties(cursor: DdlCursor): Record<string, string> {
  const pairs = cursor.list(() => {
    const key = cursor.text('the name of a property')
    cursor.sign('=')
    return [key, cursor.constant('the value of a property')] as const
  })
  return Object.fromEntries(pairs)
}

const TEMPLATE = 'storage.location.template'

/** The properties with a template that is a relative path taken from `base`. */
export function placed(given: Record<string, string>, base: string): Record<string, string> {
  const template = given[TEMPLATE]
  if (template === undefined || /^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(template)) return given
  return { ...given, [TEMPLATE]: resolve(base, template) }
}

/** The clauses behind the columns of a CREATE, in any order. */
export class Clauses {
  private readonly cursor: DdlCursor
  private readonly base: string
  private readonly seen = new Set<string>()
  private partitionedBy: readonly ExternalColumn[] = []
  private serde: string | undefined
  private serdeProperties: Record<string, string> = {}
  private stored = { serde: LAZY_SIMPLE, inputFormat: TEXT_INPUT, outputFormat: TEXT_OUTPUT }
  private location: string | undefined
  private tableProperties: Record<string, string> = {}
  private comment: string | undefined

  constructor(cursor: DdlCursor, base: string) {
    this.cursor = cursor
    this.base = base
  }

  /** Reads one clause; false when there is none. */
  take(): boolean {
    const { cursor } = this
    const { token } = cursor
    if (cursor.takeWords('COMMENT')) {
      this.once('COMMENT', token)
      this.comment = cursor.text('a comment')
    } else if (cursor.takeWords('PARTITIONED', 'BY')) {
      this.once('PARTITIONED BY', token)
      this.partitionedBy = cursor.list(() => column(cursor))
    } else if (cursor.takeWords('ROW', 'FORMAT')) {
      this.once('ROW FORMAT', token)
      this.rowFormat()
    } else if (cursor.takeWords('WITH', 'SERDEPROPERTIES')) {
      this.once('WITH SERDEPROPERTIES', token)
      this.serdeProperties = { ...this.serdeProperties, ...properties(cursor) }
    } else if (cursor.takeWords('STORED', 'AS')) {
      this.once('STORED AS', token)
      this.storedAs()
    } else if (cursor.takeWords('LOCATION')) {
      this.once('LOCATION', token)
      const { token: place } = cursor
      const text = cursor.text('a location')
      try {
        this.location = cleanLocation(text, this.base)
      } catch (error) {
        throw error instanceof Error ? cursor.fail(error.message, place) : error
      }
    } else if (cursor.takeWords('TBLPROPERTIES')) {
      this.once('TBLPROPERTIES', token)
      this.tableProperties = placed(properties(cursor), this.base)
    } else if (cursor.isWords('CLUSTERED') || cursor.isWords('SKEWED')) {
      throw cursor.fail(`${token.value.toUpperCase()} BY is not supported: leave the clause out`)
    } else return false
    return true
  }

  /** Whether a clause was there, such as `STORED AS`. */
  given(clause: string): boolean {
    return this.seen.has(clause)
  }

  table(name: string, columns: readonly ExternalColumn[]): ExternalTable {
    if (this.location === undefined) {
      throw this.cursor.fail("expected LOCATION 's3://bucket/prefix/'")
    }
    return { ...this.unplaced(name, columns), location: this.location }
  }

  /** The table, with or without a place. */
  unplaced(
    name: string,
    columns: readonly ExternalColumn[],
  ): Omit<ExternalTable, 'location'> & { readonly location?: string } {
    return {
      name,
      columns,
      partitionedBy: this.partitionedBy,
      serde: this.serde ?? this.stored.serde,
      serdeProperties: this.serdeProperties,
      inputFormat: this.stored.inputFormat,
      outputFormat: this.stored.outputFormat,
      ...(this.location === undefined ? {} : { location: this.location }),
      properties: this.tableProperties,
      ...(this.comment === undefined ? {} : { comment: this.comment }),
    }
  }

  private once(clause: string, token: DdlToken): void {
    if (this.seen.has(clause)) throw this.cursor.fail(`${clause} is given twice`, token)
    this.seen.add(clause)
  }

  private rowFormat(): void {
    const { cursor } = this
    if (cursor.takeWords('SERDE')) {
      this.serde = cursor.text('the name of a SerDe')
      return
    }
    if (!cursor.takeWords('DELIMITED')) throw cursor.fail('expected SERDE or DELIMITED')
    this.serde = LAZY_SIMPLE
    const given = this.serdeProperties
    const set = (key: string): void => void (given[key] ??= cursor.text('a delimiter'))
    for (;;) {
      if (cursor.takeWords('FIELDS', 'TERMINATED', 'BY')) {
        set('field.delim')
        if (cursor.takeWords('ESCAPED', 'BY')) set('escape.delim')
      } else if (cursor.takeWords('ESCAPED', 'BY')) set('escape.delim')
      else if (cursor.takeWords('COLLECTION', 'ITEMS', 'TERMINATED', 'BY')) set('collection.delim')
      else if (cursor.takeWords('MAP', 'KEYS', 'TERMINATED', 'BY')) set('mapkey.delim')
      else if (cursor.takeWords('LINES', 'TERMINATED', 'BY')) this.lines()
      else if (cursor.takeWords('NULL', 'DEFINED', 'AS')) set('serialization.null.format')
      else return
    }
  }

  private lines(): void {
    const { token } = this.cursor
    const end = this.cursor.text('the end of a line')
    if (end !== '\n') throw this.cursor.fail(`lines end with '\\n' and nothing else`, token)
    this.serdeProperties['line.delim'] = end
  }

  private storedAs(): void {
    const { cursor } = this
    if (cursor.takeWords('INPUTFORMAT')) {
      const inputFormat = cursor.text('the name of an input format')
      cursor.words('OUTPUTFORMAT')
      this.stored = {
        ...this.stored,
        inputFormat,
        outputFormat: cursor.text('the name of an output format'),
      }
      return
    }
    const { token } = cursor
    const format = cursor.name('a file format').toUpperCase()
    const stored = Object.hasOwn(STORED_AS, format) ? STORED_AS[format] : undefined
    if (!stored) {
      throw cursor.fail(
        `files stored as ${format} cannot be read: use ${Object.keys(STORED_AS).join(', ')} or INPUTFORMAT … OUTPUTFORMAT …`,
        token,
      )
    }
    this.stored = stored
  }
}
