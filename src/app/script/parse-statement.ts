import { DdlCursor } from '../../catalog/ddl-cursor.js'
import { cleanLocation } from '../../catalog/location.js'
import { tableName } from '../../catalog/parse-create.js'
import { constantOf, directoryOutput, unloadOutput } from './parse-output.js'
import { parseCreateTable } from './parse-create-table.js'
import { parseSetting } from './parse-set.js'
import { unitAt } from './split-statements.js'
import type { InsertPartition, Statement } from './statement.js'
import type { Variables } from './variables.js'

export interface ParseOptions {
  /** Where relative paths start. */
  readonly cwd: string
  /** Text has escapes, as in Hive and Spark. */
  readonly backslash: boolean
  readonly variables: Variables
}

/**
 * Reads one statement of a script, its variables replaced. What writes and what is about the script itself is
 * taken apart here; anything else is a query, or a statement about external tables.
 * @throws `invalid` with line and column in `text`
 */
export function parseStatement(text: string, options: ParseOptions): Statement {
  const setting = parseSetting(text.trim(), options.variables)
  if (setting) return setting
  if (/^\s*unload\b/i.test(text)) return parseUnload(text, options)
  if (/^\s*insert\b/i.test(text)) return parseInsert(text, '', options)
  if (/^\s*create\s+table\b/i.test(text)) return parseCreateTable(text, options)
  if (/^\s*with\b/i.test(text)) {
    const at = wordAt(text, 'insert', options.backslash)
    if (at >= 0) return parseInsert(blank(text.slice(0, at)) + text.slice(at), text, options)
  }
  return { kind: 'query', sql: text }
}

/** Blanks in place of text, so that what follows stays on its line and column. */
export function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ')
}

function parseUnload(text: string, { cwd, backslash }: ParseOptions): Statement {
  const cursor = new DdlCursor(text)
  cursor.words('UNLOAD')
  if (!cursor.isSign('(')) throw cursor.fail('expected "("')
  const open = cursor.token.start
  const close = closing(text, open, backslash)
  if (close < 0) throw cursor.fail('the "(" of UNLOAD is never closed')
  const rest = new DdlCursor(blank(text.slice(0, close + 1)) + text.slice(close + 1))
  rest.words('TO')
  const location = place(rest, cwd)
  const { output, partitionNames } = unloadOutput(rest)
  rest.end()
  const query = blank(text.slice(0, open + 1)) + text.slice(open + 1, close)
  return { kind: 'directory', location, query, output, partitionNames, overwrite: false }
}

/** `ctes`: the text with the WITH in front of the INSERT, for which `text` has blanks. */
function parseInsert(text: string, ctes: string, options: ParseOptions): Statement {
  const cursor = new DdlCursor(text)
  cursor.words('INSERT')
  const overwrite = cursor.takeWords('OVERWRITE')
  if (!overwrite) cursor.words('INTO')
  const rest = (): string => {
    const { start, kind } = cursor.token
    if (kind === 'end') throw cursor.fail('expected a query')
    const before = ctes.slice(0, ctes.length - text.trimStart().length)
    return before + blank(text.slice(before.length, start)) + text.slice(start)
  }
  if (cursor.isWords('LOCAL', 'DIRECTORY') || cursor.isWords('DIRECTORY')) {
    cursor.takeWords('LOCAL')
    cursor.words('DIRECTORY')
    const location = place(cursor, options.cwd)
    const output = directoryOutput(cursor, options.cwd)
    return { kind: 'directory', location, query: rest(), output, partitionNames: [], overwrite }
  }
  cursor.takeWords('TABLE')
  const table = tableName(cursor)
  const partition = cursor.takeWords('PARTITION') ? cursor.list(() => partitionOf(cursor)) : []
  cursor.takeWords('IF', 'NOT', 'EXISTS')
  const columns = isColumnList(cursor) ? cursor.list(() => cursor.name('a column')) : undefined
  return {
    kind: 'insert',
    table,
    overwrite,
    partition,
    query: rest(),
    ...(columns ? { columns } : {}),
  }
}

function partitionOf(cursor: DdlCursor): InsertPartition {
  const name = cursor.name('a partition column')
  return cursor.takeSign('=') ? { name, value: constantOf(cursor) } : { name }
}

/** `(a, b)` and not `(SELECT …)`. */
function isColumnList(cursor: DdlCursor): boolean {
  return (
    cursor.isSign('(') &&
    !/^\(\s*(?:\(|select\b|with\b|values\b|from\b|table\b)/i.test(
      cursor.sql.slice(cursor.token.start),
    )
  )
}

function place(cursor: DdlCursor, cwd: string): string {
  const { token } = cursor
  const text = cursor.text('a folder or s3://bucket/prefix')
  try {
    return cleanLocation(text, cwd)
  } catch (error) {
    throw error instanceof Error ? cursor.fail(error.message, token) : error
  }
}

/** Where the parenthesis closes that opens here; -1: nowhere. */
function closing(text: string, open: number, backslash: boolean): number {
  let depth = 0
  for (let at = open; at < text.length;) {
    const unit = unitAt(text, at, backslash)
    if (unit === '(') depth++
    if (unit === ')' && --depth === 0) return at
    at += unit.length
  }
  return -1
}

/** Where a word stands outside of quotes and parentheses; -1: nowhere. */
function wordAt(text: string, word: string, backslash: boolean): number {
  let depth = 0
  for (let at = 0; at < text.length;) {
    const unit = unitAt(text, at, backslash)
    if (unit === '(') depth++
    if (unit === ')') depth--
    const isStart = depth === 0 && (at === 0 || !/[\w$]/.test(text.charAt(at - 1)))
    if (isStart && new RegExp(`^${word}\\b`, 'i').test(text.slice(at, at + word.length + 1))) {
      return at
    }
    at += unit.length
  }
  return -1
}
