import { HeadrigError } from '../core/errors.js'
import { nodesOf, type ParsedSql } from './ast.js'
import { type Explain, splitExplain } from './explain.js'
import { nameOf, tokenize } from './lexer.js'
import { caret, positionAt } from './position.js'

/** One reading statement, taken apart from an EXPLAIN before it. */
export interface ReadOnlySql {
  /** What is read, without the EXPLAIN and without a semicolon at the end. */
  readonly sql: string
  /** `EXPLAIN`, `EXPLAIN ANALYZE` or nothing. */
  readonly explain: Explain
  readonly parsed: ParsedSql
}

/** Table functions that neither change the engine's state nor look outside of the query. */
const FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'range generate_series unnest repeat repeat_row json_each ' +
    'json_tree glob read_text read_blob read_csv read_csv_auto ' +
    'sniff_csv read_json read_json_auto read_json_objects read_json_objects_auto read_ndjson ' +
    'read_ndjson_auto read_ndjson_objects read_parquet parquet_scan parquet_metadata parquet_schema ' +
    'parquet_file_metadata duckdb_columns duckdb_functions duckdb_keywords duckdb_settings duckdb_tables ' +
    'duckdb_types duckdb_views pragma_version pragma_table_info summary query ' +
    'query_table icu_calendar_names pg_timezone_names'
  ).split(' '),
)

/**
 * Lets a single reading statement pass, by what the engine's own parser makes of the text; throws
 * `invalid` for anything else and names it.
 * @example const { sql } = await readOnly('SELECT 1;', parse)
 */
export async function readOnly(
  text: string,
  parse: (sql: string) => Promise<ParsedSql>,
): Promise<ReadOnlySql> {
  const { explain, rest } = splitExplain(text)
  const parsed = await parse(rest)
  if (parsed.error) throw refusal(text, rest, parsed.error)
  if (parsed.statements.length === 0) {
    throw new HeadrigError('invalid', 'there is no statement: write a SELECT')
  }
  if (parsed.statements.length > 1) {
    throw new HeadrigError(
      'invalid',
      `one statement at a time, not ${parsed.statements.length}: run the others by themselves`,
      { details: { sql: text } },
    )
  }
  for (const node of nodesOf(parsed.statements)) {
    if (node.type !== 'TABLE_FUNCTION') continue
    const { function_name: name } = (node['function'] ?? {}) as { function_name?: string }
    if (name === undefined || FUNCTIONS.has(name.toLowerCase())) continue
    throw new HeadrigError('invalid', `the table function ${name} is not for queries`, {
      details: { sql: text },
    })
  }
  return { sql: withoutSemicolon(rest), explain, parsed }
}

function withoutSemicolon(sql: string): string {
  const tokens = tokenize(sql)
  while (tokens.at(-1)?.kind === 'space' || tokens.at(-1)?.text === ';') tokens.pop()
  return tokens.map((t) => t.text).join('')
}

function refusal(text: string, rest: string, error: NonNullable<ParsedSql['error']>): HeadrigError {
  const details = { sql: text }
  if (error.type === 'parser') {
    const position = error.position === undefined ? undefined : positionAt(rest, error.position)
    return new HeadrigError(
      'invalid',
      position
        ? `${error.message} (line ${position.line}, column ${position.column})\n${caret(text, position)}`
        : error.message,
      { details: { ...details, ...(position ? { position } : {}) } },
    )
  }
  const word = nameOf(tokenize(rest).find((t) => nameOf(t) !== undefined))?.toUpperCase() ?? ''
  return new HeadrigError(
    'invalid',
    word === 'PIVOT' || /^(?:WITH|FROM|SELECT|DESCRIBE|SUMMARIZE)$/.test(word)
      ? `this ${word} is not a plain query: a PIVOT must list its values, as in PIVOT t ON c IN ('a', 'b')`
      : `queries only read: ${word || 'this statement'} is refused; use SELECT, WITH, FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN`,
    { details },
  )
}
