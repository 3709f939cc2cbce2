import { type Catalog, type CatalogEntry, openCatalog } from '../../catalog/catalog.js'
import {
  addPartitions,
  dropPartitions,
  matchingPartitions,
  mergePartitions,
} from '../../catalog/change-partitions.js'
import { checkTable } from '../../catalog/check-table.js'
import type { DdlStatement } from '../../catalog/ddl-statement.js'
import type { ExternalTable, Partition } from '../../catalog/external-table.js'
import { findPartitions, partitionName } from '../../catalog/hive-folders.js'
import { readerOf } from '../../catalog/serdes/index.js'
import { showCreate } from '../../catalog/show-create.js'
import { HeadrigError, isKind } from '../../core/errors.js'
import type { LakeContext } from '../context.js'
import type { DdlAnswer } from './ddl-answer.js'
import { describeRows } from './describe-rows.js'
import { sourceOpener } from './mount.js'
import { checkNewName } from './new-name.js'

/**
 * Runs a statement about external tables; the files that they are over are never touched.
 * Throws `conflict` for a name or a partition that is taken, `not-found` for one that is not there,
 * `invalid` for what cannot be read.
 */
export async function runDdl(statement: DdlStatement, context: LakeContext): Promise<DdlAnswer> {
  try {
    return await run(statement, context)
  } catch (error) {
    const { kind } = statement
    if (kind === 'create' || !isKind(error, 'not-found')) throw error
    if (kind === 'describe' && !statement.extended) throw error
    if (!(await context.lake.tables()).includes(statement.table)) throw error
    throw new HeadrigError(
      'invalid',
      `${statement.table} is a table of the lake, not an external one: ${WORDS[kind]} is refused`,
      { cause: error },
    )
  }
}

const WORDS = {
  drop: 'DROP TABLE',
  'add-partitions': 'ALTER TABLE',
  'drop-partitions': 'ALTER TABLE',
  'set-properties': 'ALTER TABLE',
  'set-location': 'ALTER TABLE',
  repair: 'MSCK REPAIR TABLE',
  'show-partitions': 'SHOW PARTITIONS',
  'show-create': 'SHOW CREATE TABLE',
  'show-properties': 'SHOW TBLPROPERTIES',
  describe: 'DESCRIBE FORMATTED',
} as const

async function run(statement: DdlStatement, context: LakeContext): Promise<DdlAnswer> {
  const catalog = openCatalog(context.store)
  switch (statement.kind) {
    case 'create':
      return create(statement, catalog, context)
    case 'drop': {
      const { table, ifExists } = statement
      const known = (await catalog.names()).includes(table) && (await catalog.entry(table)).table
      if (await catalog.drop(table)) {
        if (!known || !known.written) return said(`table ${table} dropped; its files stay`)
        const { removeDropped } = await import('../script/table-files.js')
        const removed = await removeDropped(known, context)
        return said(`table ${table} dropped; its files ${removed ? 'are removed' : 'stay'}`)
      }
      if (!ifExists) await catalog.entry(table)
      return said(`there is no table ${table}`)
    }
    case 'add-partitions': {
      const { table, partitions, ifNotExists } = statement
      checkForeign(await catalog.entry(table), 'ADD PARTITION')
      return changed(catalog, table, (e) => addPartitions(e, partitions, ifNotExists), 'added to')
    }
    case 'drop-partitions': {
      const { table, partitions, ifExists } = statement
      return changed(catalog, table, (e) => dropPartitions(e, partitions, ifExists), 'dropped from')
    }
    case 'set-properties': {
      const { properties } = statement
      return alter(catalog, statement.table, (table) => ({
        ...table,
        properties: { ...table.properties, ...properties },
      }))
    }
    case 'set-location':
      checkForeign(await catalog.entry(statement.table), 'SET LOCATION')
      return alter(catalog, statement.table, (table) => ({
        ...table,
        location: statement.location,
      }))
    case 'repair':
      return repair(catalog, statement.table, context)
    case 'show-partitions': {
      const entry = await catalog.entry(statement.table)
      return partitionRows(entry.table, matchingPartitions(entry, statement.spec))
    }
    case 'show-create': {
      const { table } = await catalog.entry(statement.table)
      return { columns: ['createtab_stmt'], rows: showCreate(table).map((line) => [line]) }
    }
    case 'show-properties': {
      const { table } = await catalog.entry(statement.table)
      return { columns: ['prpt_name', 'prpt_value'], rows: Object.entries(table.properties) }
    }
    case 'describe':
      return describeRows(await catalog.entry(statement.table), statement.extended)
  }
}

const said = (text: string): DdlAnswer => ({ columns: ['result'], rows: [[text]] })

function partitionRows(table: ExternalTable, partitions: readonly Partition[]): DdlAnswer {
  return {
    columns: ['partition'],
    rows: [...new Set(partitions.map((p) => partitionName(table, p.values)))]
      .filter((name) => name !== '')
      .map((name) => [name]),
  }
}

async function create(
  { table, ifNotExists }: DdlStatement & { kind: 'create' },
  catalog: Catalog,
  context: LakeContext,
): Promise<DdlAnswer> {
  checkTable(table, new Date())
  const reader = readerOf(table)
  if (reader.kind === 'regex') {
    const { checkPattern } = await import('../../engines/duckdb/external/check-pattern.js')
    await checkPattern(await context.engine(), table.name, reader)
  }
  await checkNewName(table.name, context)
  if (await catalog.create(table)) return said(`table ${table.name} created`)
  if (ifNotExists) return said(`table ${table.name} is there already`)
  throw new HeadrigError(
    'conflict',
    `there is a table ${table.name} already: drop it, or write CREATE EXTERNAL TABLE IF NOT EXISTS`,
  )
}

/** @throws `invalid` for a table whose files are written by scripts */
function checkForeign({ table }: CatalogEntry, what: string): void {
  if (!table.written) return
  throw new HeadrigError(
    'invalid',
    `the files of table ${table.name} are written by headrig sql: ${what} is refused, use INSERT`,
  )
}

async function changed(
  catalog: Catalog,
  name: string,
  change: Parameters<Catalog['update']>[1],
  verb: string,
): Promise<DdlAnswer> {
  let count = 0
  await catalog.update(name, (entry) => {
    const next = change(entry)
    count = Math.abs(next.partitions.length - entry.partitions.length)
    return next
  })
  return said(`${count} ${count === 1 ? 'partition' : 'partitions'} ${verb} ${name}`)
}

async function alter(
  catalog: Catalog,
  name: string,
  change: (table: ExternalTable) => ExternalTable,
): Promise<DdlAnswer> {
  await catalog.update(name, ({ table, partitions }) => {
    const next = change(table)
    checkTable(next, new Date())
    return { table: next, partitions }
  })
  return said(`table ${name} changed`)
}

async function repair(catalog: Catalog, name: string, context: LakeContext): Promise<DdlAnswer> {
  const known = await catalog.entry(name)
  const { table } = known
  checkForeign(known, 'MSCK REPAIR TABLE')
  if (table.partitionedBy.length === 0) {
    throw new HeadrigError('invalid', `table ${name} has no partitions to look for`)
  }
  const found = await findPartitions(table, sourceOpener(context))
  let added: readonly Partition[] = []
  await catalog.update(name, (entry) => {
    const merged = mergePartitions(entry, found)
    added = merged.added
    return merged.change
  })
  return partitionRows(table, added)
}
