import { DdlCursor } from './ddl-cursor.js'
import type { DdlStatement, PartitionSpec } from './ddl-statement.js'
import { cleanLocation } from './location.js'
import { parseCreate, placed, properties, tableName } from './parse-create.js'

/**
 * Reads a statement about external tables in the words of Hive and Athena; undefined when the text is
 * another kind of statement. A relative `LOCATION` is taken from `base`.
 * Throws `invalid` with line and column when it is one and cannot be read.
 * @example parseDdl('MSCK REPAIR TABLE flow_logs', '/') // { kind: 'repair', table: 'flow_logs' }
 */
export function parseDdl(sql: string, base: string): DdlStatement | undefined {
  const cursor = new DdlCursor(sql)
  if (cursor.takeWords('CREATE', 'EXTERNAL')) {
    return { kind: 'create', ...parseCreate(cursor, base) }
  }
  if (cursor.takeWords('DROP', 'TABLE')) {
    const ifExists = cursor.takeWords('IF', 'EXISTS')
    const table = tableName(cursor)
    cursor.takeWords('PURGE')
    cursor.end()
    return { kind: 'drop', table, ifExists }
  }
  if (cursor.takeWords('ALTER', 'TABLE')) return alter(cursor, base)
  if (cursor.takeWords('MSCK')) {
    cursor.words('REPAIR', 'TABLE')
    return ended(cursor, { kind: 'repair', table: tableName(cursor) })
  }
  if (cursor.takeWords('SHOW', 'CREATE', 'TABLE')) {
    return ended(cursor, { kind: 'show-create', table: tableName(cursor) })
  }
  if (cursor.takeWords('SHOW', 'TBLPROPERTIES')) {
    return ended(cursor, { kind: 'show-properties', table: tableName(cursor) })
  }
  if (cursor.takeWords('SHOW', 'PARTITIONS')) {
    const table = tableName(cursor)
    const spec = cursor.isWords('PARTITION') ? partition(cursor) : {}
    return ended(cursor, { kind: 'show-partitions', table, spec })
  }
  if (cursor.takeWords('DESCRIBE') || cursor.takeWords('DESC')) {
    const extended = cursor.takeWords('EXTENDED') || cursor.takeWords('FORMATTED')
    if (!extended && !cursor.isNameOnly()) return undefined
    return ended(cursor, { kind: 'describe', table: tableName(cursor), extended })
  }
  return undefined
}

function ended<T>(cursor: DdlCursor, statement: T): T {
  cursor.end()
  return statement
}

function alter(cursor: DdlCursor, base: string): DdlStatement {
  const table = tableName(cursor)
  if (cursor.takeWords('ADD')) {
    const ifNotExists = cursor.takeWords('IF', 'NOT', 'EXISTS')
    const partitions: { spec: PartitionSpec; location?: string }[] = []
    do {
      const spec = partition(cursor)
      const location = cursor.takeWords('LOCATION')
        ? { location: cleanLocation(cursor.text('a location'), base) }
        : {}
      partitions.push({ spec, ...location })
    } while (cursor.isWords('PARTITION'))
    return ended(cursor, { kind: 'add-partitions', table, ifNotExists, partitions })
  }
  if (cursor.takeWords('DROP')) {
    const ifExists = cursor.takeWords('IF', 'EXISTS')
    const partitions: PartitionSpec[] = []
    do partitions.push(partition(cursor))
    while (cursor.takeSign(','))
    cursor.takeWords('PURGE')
    return ended(cursor, { kind: 'drop-partitions', table, ifExists, partitions })
  }
  if (cursor.takeWords('SET', 'TBLPROPERTIES')) {
    const given = placed(properties(cursor), base)
    return ended(cursor, { kind: 'set-properties', table, properties: given })
  }
  if (cursor.takeWords('SET', 'LOCATION')) {
    const location = cleanLocation(cursor.text('a location'), base)
    return ended(cursor, { kind: 'set-location', table, location })
  }
  throw cursor.fail(
    'expected ADD PARTITION, DROP PARTITION, SET TBLPROPERTIES or SET LOCATION: drop the table and create it again for other changes',
  )
}

function partition(cursor: DdlCursor): PartitionSpec {
  cursor.words('PARTITION')
  const values = cursor.list(() => {
    const name = cursor.name('a partition column')
    cursor.sign('=')
    return [name, cursor.constant('its value')] as const
  })
  return Object.fromEntries(values)
}
