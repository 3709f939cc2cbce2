import { DdlCursor } from '../../catalog/ddl-cursor.js'
import { parseType } from '../../catalog/ddl-types.js'
import type { ExternalColumn } from '../../catalog/external-table.js'
import { cleanLocation } from '../../catalog/location.js'
import { Clauses, column, tableName } from '../../catalog/parse-create.js'
import { STORED_AS } from '../../catalog/stored-as.js'
import { hasStored, names, optionsOf, withProperties } from './parse-output.js'
import type { NewTable, Statement } from './statement.js'

/**
 * Reads `CREATE TABLE …`, with its own columns or `AS` a query, in the words of Hive, Spark and Athena.
 * @throws `invalid` with the place
 */
export function parseCreateTable(text: string, { cwd }: { readonly cwd: string }): Statement {
  const cursor = new DdlCursor(text)
  cursor.words('CREATE', 'TABLE')
  const ifNotExists = cursor.takeWords('IF', 'NOT', 'EXISTS')
  const name = tableName(cursor)
  const columns = cursor.isSign('(') ? cursor.list(() => column(cursor)) : []
  const read = new Reader(cursor, cwd)
  while (read.clause());
  const isQuery = read.takeAs()
  if (!isQuery && columns.length === 0) throw cursor.fail('expected AS and a query, or columns')
  if (isQuery && columns.length > 0) {
    throw cursor.fail('the columns come from the query: leave out those behind the name')
  }
  const { start } = cursor.token
  const [, query = '', no] =
    /^([\s\S]*?)(?:\bWITH\s+(NO\s+)?DATA\s*)?$/i.exec(isQuery ? text.slice(start) : '') ?? []
  if (!isQuery) cursor.end()
  const padded = text.slice(0, start).replaceAll(/[^\n]/g, ' ') + query
  return {
    kind: 'create',
    table: read.table(name, columns),
    ifNotExists,
    withData: no === undefined,
    ...(isQuery ? { query: padded } : {}),
  }
}

class Reader {
  private readonly cursor: DdlCursor
  private readonly cwd: string
  private readonly clauses: Clauses
  private partitionedBy: readonly ExternalColumn[] = []
  private partitionNames: readonly string[] = []
  private stored: (typeof STORED_AS)[string] | undefined
  private properties: Record<string, string> = {}
  private serdeProperties: Record<string, string> = {}
  private location: string | undefined

  constructor(cursor: DdlCursor, cwd: string) {
    this.cursor = cursor
    this.cwd = cwd
    this.clauses = new Clauses(cursor, cwd)
  }

  /** Reads one clause; false when there is none. */
  clause(): boolean {
    const { cursor } = this
    if (cursor.takeWords('PARTITIONED', 'BY')) this.partitions()
    else if (cursor.takeWords('USING')) this.using(cursor.name('a file format'))
    else if (cursor.takeWords('OPTIONS')) this.compression(optionsOf(cursor))
    else if (cursor.isWords('WITH') && !cursor.isWords('WITH', 'SERDEPROPERTIES')) this.athena()
    else return this.clauses.take()
    return true
  }

  takeAs(): boolean {
    const found = this.cursor.takeWords('AS')
    if (found && this.cursor.token.kind === 'end') throw this.cursor.fail('expected a query')
    return found
  }

  table(name: string, columns: readonly ExternalColumn[]): NewTable {
    const { location: own, ...given } = this.clauses.unplaced(name, columns)
    const isText = this.clauses.given('ROW FORMAT') || this.clauses.given('STORED AS')
    const location = own ?? this.location
    const stored = this.stored ?? (isText ? undefined : STORED_AS['PARQUET'])
    const table = { ...given, ...stored }
    const isDelimited = table.serde === STORED_AS['TEXTFILE']?.serde
    return {
      ...table,
      partitionedBy: this.partitionedBy,
      partitionNames: this.partitionNames,
      properties: { ...this.properties, ...given.properties },
      // Without an escape a value that holds the delimiter would be cut.
      serdeProperties: {
        ...(isDelimited ? { 'escape.delim': '\\' } : {}),
        ...this.serdeProperties,
        ...given.serdeProperties,
      },
      written: true,
      ...(location === undefined ? {} : { location }),
    }
  }

  private partitions(): void {
    const { cursor } = this
    const columns = cursor.list(() => {
      const name = cursor.name('a column')
      const isName = cursor.isSign(',') || cursor.isSign(')')
      return isName ? { name } : { name, type: parseType(cursor) }
    })
    this.partitionedBy = columns.flatMap((c) => ('type' in c ? [c as ExternalColumn] : []))
    this.partitionNames = columns.map((c) => c.name)
  }

  private using(format: string): void {
    this.stored = hasStored(format)
    if (this.stored) return
    throw this.cursor.fail(
      `tables are not stored as ${format} here: use ${Object.keys(STORED_AS).join(', ')}`,
    )
  }

  private compression(options: Readonly<Record<string, string>>): void {
    const { compression, path, ...others } = options
    const [other] = Object.keys(others)
    if (other !== undefined) {
      throw this.cursor.fail(`there is no option ${JSON.stringify(other)} here: use compression`)
    }
    if (compression !== undefined) this.properties['compression'] = compression
    if (path !== undefined) this.location = cleanLocation(path, this.cwd)
  }

  private athena(): void {
    const { cursor } = this
    cursor.words('WITH')
    for (const [name, value] of Object.entries(withProperties(cursor))) {
      if (name === 'format') this.using(value)
      else if (name === 'external_location') this.location = cleanLocation(value, this.cwd)
      else if (name === 'partitioned_by') this.partitionNames = names(value)
      else if (name === 'field_delimiter') this.serdeProperties['field.delim'] = value
      else if (/^(?:write|parquet)_compression$/.test(name)) this.properties['compression'] = value
      else if (name !== 'is_external' && name !== 'table_type') {
        throw cursor.fail(
          `the property ${name} is not supported: use format, external_location, partitioned_by, field_delimiter, write_compression`,
        )
      }
    }
  }
}
