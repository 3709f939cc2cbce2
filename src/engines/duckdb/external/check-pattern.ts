import type { RegexReader } from '../../../catalog/raw-reader.js'
import { HeadrigError } from '../../../core/errors.js'
import { readFailure } from '../failure.js'
import type { DuckDbEngine } from '../open.js'

/** A regular expression for a whole line, whose first group is the line. */
export function wholeLine({ pattern, caseInsensitive }: RegexReader): string {
  return `(?s${caseInsensitive ? 'i' : ''})^(${pattern})$`
}

/** Throws `invalid` unless the engine can read the pattern. */
export async function checkPattern(
  engine: DuckDbEngine,
  table: string,
  reader: RegexReader,
): Promise<void> {
  const connection = await engine.connect()
  try {
    await connection.runAndReadAll('SELECT regexp_matches(x, $1) FROM (VALUES ($1)) AS t(x)', [
      wholeLine(reader),
    ])
  } catch (error) {
    throw new HeadrigError(
      'invalid',
      `table ${table}: the pattern cannot be read: ${readFailure(error).message.trim()}`,
      { cause: error },
    )
  } finally {
    connection.closeSync()
  }
}
