import { HeadrigError } from '../../core/errors.js'
import type { Dialect } from '../../sql/dialects.js'
import type { Position } from '../../sql/position.js'
import { offsetOf } from './in-query.js'
import { parseStatement } from './parse-statement.js'
import { withSet } from './parse-set.js'
import { piecesOf } from './split-statements.js'
import type { Statement } from './statement.js'
import { substitute, type Variables } from './variables.js'

export interface ScriptText {
  readonly text: string
  /** What errors call it: a path, `-e`, `stdin`. */
  readonly name: string
  readonly dialect: Dialect
  /** Where relative paths start. */
  readonly cwd: string
  readonly variables: Variables
}

/** A statement that is read and not yet run. */
export interface ScriptStatement {
  /** From 1. */
  readonly index: number
  /** Of its first word. */
  readonly position: Position
  readonly statement: Statement
  /** Its text on one line, cut. */
  readonly title: string
  /** The same failure, told with the place in the script. */
  told(error: unknown): unknown
}

/**
 * Splits a script, replaces its variables and reads each statement; nothing runs. `SET` holds for what
 * comes after it.
 * @throws `invalid` with file, line and column
 */
export function readScript(script: ScriptText): ScriptStatement[] {
  const { text, name, dialect, cwd } = script
  const backslash = dialect === 'hive' || dialect === 'spark'
  let { variables } = script
  return piecesOf(text, backslash).map((piece, i) => {
    const place = (at: number): Position => positionOf(text, piece.start + at)
    const fail = (message: string, at: number): HeadrigError =>
      new HeadrigError('invalid', `${spot(name, place(at))}: ${message}`, {
        details: { file: name, position: place(at), statement: i + 1 },
      })
    const replaced = substitute(piece.text, variables, backslash, fail)
    const { sql } = replaced
    // So that places in errors of the statement are those of the script.
    const position = place(0)
    const padding = '\n'.repeat(position.line - 1) + ' '.repeat(position.column - 1)
    const told = (error: unknown): unknown => {
      if (!(error instanceof HeadrigError)) return error
      const found = error.details['position'] as Position | undefined
      const isOwn = found !== undefined && error.details['translated'] === undefined
      const at = isOwn ? offsetOf(padding + sql, found) - padding.length : 0
      const where = place(Math.max(0, replaced.original(at)))
      return new HeadrigError(error.kind, `${spot(name, where)}: ${error.message}`, {
        cause: error,
        details: { ...error.details, file: name, position: where, statement: i + 1 },
      })
    }
    try {
      const statement = parseStatement(padding + sql, { cwd, backslash, variables })
      if (statement.kind === 'set') {
        variables = withSet(variables, statement.name, statement.value)
      }
      return { index: i + 1, position, statement, title: titleOf(sql), told }
    } catch (error) {
      throw told(error)
    }
  })
}

/** `script.sql:3:14` */
const spot = (name: string, { line, column }: Position): string => `${name}:${line}:${column}`

function positionOf(text: string, at: number): Position {
  const lines = text.slice(0, at).split('\n')
  return { line: lines.length, column: Array.from(lines.at(-1) ?? '').length + 1 }
}

const TITLE = 60

function titleOf(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim()
  return line.length <= TITLE ? line : `${line.slice(0, TITLE - 1)}…`
}
