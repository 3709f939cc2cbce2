import { lowerFirst } from '../core/lower-first.js'
import { HeadrigError, messageOf } from '../core/errors.js'
import { type CallRule, rewriteCalls } from './calls.js'
import { splitExplain } from './explain.js'
import { tokenize } from './lexer.js'
import { HIVE_MACROS, SHADOWED, TRINO_MACROS } from './macros.js'
import { caret, positionAt } from './position.js'
import { jodaFormat } from './time-formats.js'

/** The kinds of SQL that a query may be written in. */
export const DIALECTS = ['duckdb', 'athena', 'trino', 'hive', 'spark'] as const
export type Dialect = (typeof DIALECTS)[number]

/**
 * A query of another dialect as DuckDB's; one in DuckDB's is left as it is. The SQL library, which is
 * large, is loaded at the first call that needs it. Throws `invalid` with the place when it cannot be read.
 * @example await translate("SELECT date_format(now(), '%H:%i')", 'athena')
 */
export async function translate(sql: string, dialect: Dialect): Promise<string> {
  if (dialect === 'duckdb') return sql
  const { explain, rest } = splitExplain(sql)
  const trino = dialect === 'athena' || dialect === 'trino'
  const shadowed = trino ? shadow(rest) : rest
  // Athena's own reader allows backslashes in text, which queries do not have: Trino's goes first.
  const readers = dialect === 'athena' ? (['trino', 'athena'] as const) : ([dialect] as const)
  const { transpile } = await import('@polyglot-sql/sdk')
  let failure: { error: string; at?: number } | undefined
  for (const reader of readers) {
    const result = transpile(shadowed, reader as never, 'duckdb' as never)
    if (result.success && result.sql) {
      const texts = result.sql.map((text) => quoteDefault(trino ? fromTrino(text) : fromHive(text)))
      return `${explain} ${texts.join(';\n')}`.trim()
    }
    const { error = 'cannot be read', errorStart: at } = result
    failure ??= { error, ...(at === undefined ? {} : { at }) }
  }
  throw unreadable(sql, dialect, failure ?? { error: 'cannot be read' })
}

/** Statements that give DuckDB what a dialect's queries rely on. */
export function preludeFor(dialect: Dialect): readonly string[] {
  switch (dialect) {
    case 'duckdb':
      return []
    case 'athena':
    case 'trino':
      return ['SET GLOBAL integer_division = true', ...TRINO_MACROS.map(create)]
    case 'hive':
    case 'spark':
      return HIVE_MACROS.map(create)
  }
}

const create = (macro: string): string => `CREATE MACRO ${macro}`

const hidden = (name: string): string => `z${name.slice(1)}`
const HIDE = new Map<string, string>(SHADOWED.map((n) => [n, hidden(n)]))
const SHOW = new Map<string, string>(SHADOWED.map((n) => [hidden(n), n]))

/** Names of the same length, so that places in errors stay right. */
function shadow(sql: string): string {
  return renameCalls(sql, HIDE)
}

function renameCalls(sql: string, names: ReadonlyMap<string, string>): string {
  const tokens = tokenize(sql)
  return tokens
    .map(({ kind, text }, i) => {
      const next = tokens[i + 1]?.kind === 'space' ? tokens[i + 2] : tokens[i + 1]
      const called = kind === 'word' && next?.text === '('
      return called ? (names.get(text.toLowerCase()) ?? text) : text
    })
    .join('')
}

const TRINO_RULES: Readonly<Record<string, CallRule>> = {
  concat: (args) => (args.length < 2 ? undefined : `(${args.map((a) => `(${a})`).join(' || ')})`),
  transform: ([list, f]) => f && `list_transform(${list}, ${f})`,
  any_match: ([list, f]) => f && `(len(list_filter(${list}, ${f})) > 0)`,
  none_match: ([list, f]) => f && `(len(list_filter(${list}, ${f})) = 0)`,
  all_match: ([list, f]) => f && `(len(list_filter(${list}, ${f})) = len(${list}))`,
  format_datetime: ([time, format]) => format && `strftime(${time}, ${jodaFormat(format)})`,
  parse_datetime: ([text, format]) => format && `strptime(${text}, ${jodaFormat(format)})`,
}

function fromTrino(sql: string): string {
  return rowsOfUnnest(rewriteCalls(renameCalls(sql, SHOW), TRINO_RULES))
}

/** The usual database is called `default`, a word that DuckDB reserves. */
function quoteDefault(sql: string): string {
  const tokens = tokenize(sql)
  return tokens
    .map(({ kind, text }, i) => {
      const name =
        kind === 'word' && text.toLowerCase() === 'default' && tokens[i + 1]?.text === '.'
      return name ? `"${text}"` : text
    })
    .join('')
}

/** Trino spreads rows over columns: `UNNEST(resources) AS t(arn, account_id, type)`. */
function rowsOfUnnest(sql: string): string {
  return sql.replaceAll(
    /\bUNNEST\(((?:[^()',]|\((?:[^()']|\([^()']*\))*\))+)\)( AS "?\w+"?\((?:"?\w+"?, )+"?\w+"?\))/g,
    '(SELECT UNNEST($1, max_depth := 2))$2',
  )
}

/** Hive and Spark count a list's elements from 0. */
function fromHive(sql: string): string {
  const tokens = tokenize(sql)
  return tokens
    .map(({ kind, text }, i) => {
      const [before, open, close] = [tokens[i - 2], tokens[i - 1], tokens[i + 1]]
      const index = kind === 'number' && open?.text === '[' && close?.text === ']'
      const ofValue = before !== undefined && /^[\w"\])]+$/.test(before.text)
      return index && ofValue && /^\d+$/.test(text) ? String(Number(text) + 1) : text
    })
    .join('')
}

function unreadable(
  sql: string,
  dialect: Dialect,
  { error, at }: { error: string; at?: number },
): HeadrigError {
  const words = messageOf(new Error(error)).replace(/^[\w ]+ error at line \d+, column \d+: /i, '')
  const message = `this is no query in the ${dialect} dialect: ${lowerFirst(words)}`
  if (at === undefined) return new HeadrigError('invalid', message, { details: { sql } })
  const position = positionAt(sql, Buffer.byteLength(Array.from(sql).slice(0, at).join('')))
  return new HeadrigError(
    'invalid',
    `${message} (line ${position.line}, column ${position.column})\n${caret(sql, position)}`,
    { details: { sql, position } },
  )
}
