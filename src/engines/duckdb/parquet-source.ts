import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { HeadrigError, messageOf } from '../../core/errors.js'
import { identifier, literal } from '../../sql/text.js'
import { readFailure } from './failure.js'
import type { DuckDbEngine } from './open.js'

/**
 * Writes a Parquet log as lines of fields with a header, as the same log in plain text would be:
 * names with hyphens, `-` for no value.
 * @returns the path of the text, in `folder`
 * @throws HeadrigError `invalid` when it is no readable Parquet; `unavailable` when memory, the disk or the
 *   network are to blame, and not the object
 */
export async function parquetToFields(
  engine: DuckDbEngine,
  path: string,
  folder: string,
): Promise<string> {
  const text = join(folder, `${randomUUID()}.log`)
  const connection = await engine.connect()
  try {
    const from = `read_parquet(${literal(path)}, hive_partitioning = false)`
    const described = await (await connection.run(`DESCRIBE SELECT * FROM ${from}`)).getRows()
    const columns = described.map(
      ([name]) => `${identifier(String(name))} AS ${identifier(String(name).replaceAll('_', '-'))}`,
    )
    await connection.run(
      `COPY (SELECT ${columns.join(', ')} FROM ${from}) TO ${literal(text)} (FORMAT csv, HEADER, DELIMITER ' ', NULLSTR '-', QUOTE '', ESCAPE '')`,
    )
    return text
  } catch (error) {
    const message = messageOf(error)
    if (isPassing(error, text))
      throw new HeadrigError('unavailable', `cannot read it now: ${message}`, { cause: error })
    throw new HeadrigError('invalid', `not a readable Parquet object: ${message}`, {
      cause: error,
    })
  } finally {
    connection.closeSync()
  }
}

/** A file that is cut short or has wrong places in it is an IO error of DuckDB too. */
const PASSING =
  /^Could not (read from|write|open|create)|^(Cannot open|No files found)|No space left|Input\/output error/

function isPassing(error: unknown, text: string): boolean {
  const { type, message } = readFailure(error)
  if (type === 'Out of Memory' || type === 'Interrupt' || type === 'INTERRUPT') return true
  return type === 'IO' && (message.includes(text) || PASSING.test(message))
}
