import { type Catalog, openCatalog } from '../../catalog/catalog.js'
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
import { FORMATS } from '../../formats/index.js'
import { SYSTEM_TABLES } from '../../formats/system-tables.js'
import type { LakeContext } from '../context.js'
import type { DdlAnswer } from './ddl-answer.js'
import { describeRows } from './describe-rows.js'
import { sourceOpener } from './mount.js'

/** Names that tables of the lake's own, or views over them, have or may get. */
const RESERVED = [...FORMATS.map((f) => f.id), ...Object.keys(SYSTEM_TABLES), 'top_talkers']

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
      if (await catalog.drop(table)) return said(`table ${table} dropped; its files stay`)
      if (!ifExists) await catalog.entry(table)
      return said(`there is no table ${table}`)
    }
    case 'add-partitions': {
      const { table, partitions, ifNotExists } = statement
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
    rows: partitions.map((p) => [partitionName(table, p.values)]),
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
  const taken = [...(await context.lake.tables()), ...RESERVED]
  if (taken.includes(table.name)) {
    throw new HeadrigError(
      'conflict',
      `${table.name} is the name of a table of the lake: give the external table another name`,
    )
  }
  if (await catalog.create(table)) return said(`table ${table.name} created`)
  if (ifNotExists) return said(`table ${table.name} is there already`)
  throw new HeadrigError(
    'conflict',
    `there is a table ${table.name} already: drop it, or write CREATE EXTERNAL TABLE IF NOT EXISTS`,
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
  const { table } = await catalog.entry(name)
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
