import { openCatalog } from '../../catalog/catalog.js'
import type { ExternalTable } from '../../catalog/external-table.js'
import { parseDdl } from '../../catalog/parse-ddl.js'
import { HeadrigError } from '../../core/errors.js'
import { openPlanner } from '../../engines/duckdb/planner.js'
import type { ResultColumn } from '../../engines/engine.js'
import { type Dialect, preludeFor, translate } from '../../sql/dialects.js'
import type { LakeContext } from '../context.js'
import { lakeTables, type LakeTable } from '../lake-tables.js'
import { sessionOptions, told, viewsOver } from '../query-parts.js'
import { newTable } from './create-table.js'
import { checkTarget } from './guard-target.js'
import { checkInsert } from './insert.js'
import type { ScriptStatement } from './read-script.js'
import { reportHead, type StatementReport } from './report.js'
import type { Statement } from './statement.js'
import { writtenColumns } from './written-columns.js'

interface Known {
  readonly tables: readonly LakeTable[]
  /** By name, also those that the script would have made by now. */
  readonly externals: Map<string, ExternalTable>
  readonly dialect: Dialect
  readonly cwd: string
}

/**
 * Checks every statement of a script without running it: that it can be read, and that tables, columns and
 * places are there, or would be by then.
 * @throws as `runScript` does
 */
export async function checkScript(
  statements: readonly ScriptStatement[],
  { dialect, cwd }: Pick<Known, 'dialect' | 'cwd'>,
  context: LakeContext,
): Promise<readonly StatementReport[]> {
  const [tables, entries] = await Promise.all([
    lakeTables(context),
    openCatalog(context.store).entries(),
  ])
  const externals = new Map(entries.map(({ table }) => [table.name, table]))
  const known: Known = { tables, externals, dialect, cwd }
  for (const one of statements) {
    context.signal.throwIfAborted()
    try {
      await check(one.statement, known, context)
    } catch (error) {
      throw one.told(error)
    }
    context.logger.info(`${one.index}/${statements.length} ${one.title}: can run`)
  }
  return statements.map(reportHead)
}

async function check(statement: Statement, known: Known, context: LakeContext): Promise<void> {
  const { externals, cwd } = known
  switch (statement.kind) {
    case 'set':
    case 'show-set':
    case 'ignored':
      return
    case 'query': {
      const ddl = isDdl(statement.sql) ? parseDdl(statement.sql, cwd) : undefined
      if (!ddl || (ddl.kind === 'describe' && !ddl.extended)) {
        await columnsOf(statement.sql, known, context)
        return
      }
      if (ddl.kind === 'create') externals.set(ddl.table.name, ddl.table)
      else if (ddl.kind === 'drop') externals.delete(ddl.table)
      else need(ddl.table, known)
      return
    }
    case 'directory':
      await checkTarget(statement.location, cwd, context)
      writtenColumns(await columnsOf(statement.query, known, context))
      return
    case 'create': {
      const { table, query, ifNotExists } = statement
      const isThere = externals.has(table.name)
      if (isThere && !ifNotExists) {
        throw new HeadrigError('conflict', `there is a table ${table.name} already: drop it first`)
      }
      const given = query === undefined ? undefined : await columnsOf(query, known, context)
      if (!isThere) externals.set(table.name, newTable(table, table.location ?? '/', given))
      return
    }
    case 'insert': {
      const table = need(statement.table, known)
      checkInsert(statement, table, (await columnsOf(statement.query, known, context)).length)
    }
  }
}

const isDdl = (sql: string): boolean =>
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:create|drop|alter|msck|show|desc|describe)\b/i.test(sql)

function need(name: string, { externals }: Known): ExternalTable {
  const found = externals.get(name)
  if (found) return found
  throw new HeadrigError('not-found', `there is no external table ${JSON.stringify(name)}`)
}

/** The columns that a query would give. */
async function columnsOf(
  sql: string,
  { tables, externals, dialect }: Known,
  context: LakeContext,
): Promise<readonly ResultColumn[]> {
  const withPath = sql.includes('$path')
  const planner = await openPlanner(sessionOptions(context), {
    tables,
    views: viewsOver(tables),
    prelude: preludeFor(dialect),
    externals: [...externals.values()]
      .filter((table) => !tables.some((t) => t.name === table.name))
      .map((table) => ({ table, withPath })),
  })
  try {
    const text = await translate(sql, dialect)
    const planned = await told(planner.plan(text), sql, text)
    return (await planner.tree(planned.sql)).columns
  } finally {
    planner.close()
  }
}
