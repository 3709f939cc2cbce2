import { lowerFirst } from '../../core/lower-first.js'
import { type ErrorKind, HeadrigError } from '../../core/errors.js'
import { caret, positionAt } from '../../sql/position.js'
import { type DuckDbFailure, readFailure } from './failure.js'

const KINDS: Readonly<Record<string, ErrorKind>> = {
  Permission: 'forbidden',
  IO: 'unavailable',
  HTTP: 'unavailable',
  'Out of Memory': 'unavailable',
  Interrupt: 'unavailable',
  INTERNAL: 'internal',
  Fatal: 'internal',
}

export interface ErrorHints {
  /** Maps a byte of the statement that ran to one of `sql`; undefined: not known. */
  readonly at?: (byte: number) => number | undefined
  /** Replaces DuckDB's own words. */
  readonly message?: string
}

/**
 * What a failed query throws: `details` keep the SQL, the position and DuckDB's class of error; the
 * message ends with the line and a caret when the position is known.
 */
export function queryError(error: unknown, sql: string, hints: ErrorHints = {}): HeadrigError {
  if (error instanceof HeadrigError) return error
  const failure = readFailure(error)
  const byte = placed(failure) ? (hints.at ?? ((b) => b))(failure.position) : undefined
  const position =
    byte === undefined || byte > Buffer.byteLength(sql) ? undefined : positionAt(sql, byte)
  const words = hints.message ?? wordsOf(failure)
  const kind = KINDS[failure.type] ?? (failure.type === '' ? 'internal' : 'invalid')
  return new HeadrigError(
    kind,
    position
      ? `${words} (line ${position.line}, column ${position.column})\n${caret(sql, position)}`
      : words,
    {
      cause: error,
      details: { sql, type: failure.type, ...(position ? { position } : {}) },
    },
  )
}

/** Files are named by the text of a view, not by the user's. */
function placed(failure: DuckDbFailure): failure is DuckDbFailure & { position: number } {
  return failure.position !== undefined && failure.type !== 'Permission' && failure.type !== 'IO'
}

function wordsOf({ type, message }: DuckDbFailure): string {
  const plain = message
    .trim()
    .replace(/\n+/g, ': ')
    .replace(/[.!]+(?=$|: )/g, '')
  const lower = /^[A-Z][a-z]/.test(plain) ? lowerFirst(plain) : plain
  if (type === 'Permission') return `a query may read nothing but the lake: ${lower}`
  if (type === 'Out of Memory') return `${lower}: allow more with --memory`
  return lower
}
