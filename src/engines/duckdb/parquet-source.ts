import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError, messageOf } from '../../core/errors.js'
import { identifier, literal } from '../../sql/text.js'
import type { DuckDbEngine } from './open.js'

/**
 * Writes a Parquet log as lines of fields with a header, as the same log in plain text would be:
 * names with hyphens, `-` for no value.
 * @returns the path of the text, in `folder`
 * @throws HeadrigError invalid when it is no readable Parquet
 */
export async function parquetToFields(
  engine: DuckDbEngine,
  source: string | Uint8Array,
  folder: string,
): Promise<string> {
  let path: string
  if (typeof source === 'string') path = source
  else {
    path = join(folder, `${randomUUID()}.parquet`)
    await writeFile(path, source, { mode: 0o600 })
  }
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
    throw new HeadrigError('invalid', `not a readable Parquet object: ${messageOf(error)}`, {
      cause: error,
    })
  } finally {
    connection.closeSync()
  }
}
