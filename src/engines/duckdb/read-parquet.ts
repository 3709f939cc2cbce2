import { randomUUID } from 'node:crypto'
import { appendFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError, isKind, messageOf } from '../../core/errors.js'
import type { FrontPool } from '../../front/pool.js'
import type { ReadOutcome } from '../../front/reader.js'
import type { ConvertRequest, ObjectOutcome } from '../engine.js'
import type { DuckDbEngine } from './open.js'
import { bringToDisk } from './fetch-ahead.js'
import { parquetToFields } from './parquet-source.js'

export interface ParquetRound {
  readonly engine: DuckDbEngine
  readonly pool: FrontPool
  readonly threads: number
  readonly request: ConvertRequest
  /** Gets objects that cannot be read. */
  readonly outcomes: ObjectOutcome[]
  /** Gets the text of each object, by its number. */
  readonly texts: Map<number, string>
}

/**
 * Parquet logs go through text, so that their rows are what the same log in text gives.
 * @returns the files that hold rejects
 */
export async function readParquet(
  found: readonly ReadOutcome[],
  { engine, pool, threads, request, outcomes, texts }: ParquetRound,
): Promise<readonly string[]> {
  if (found.length === 0) return []
  const broken = join(request.folder, `parquet-${randomUUID()}.rejects`)
  let anyBroken = false
  for (const [turn, { index, format }] of found.entries()) {
    const object = request.objects[index]
    if (!object) continue
    try {
      const source = object.localPath ?? (await bringToDisk(request, index, object.size))
      const path = await parquetToFields(engine, source, request.folder)
      texts.set(index, path)
      const { uri, key } = object
      const { size } = await stat(path)
      await pool.read(turn % threads, [{ index, uri, key, size, path }], false)
    } catch (error) {
      if (pool.brokenBy(error)) throw error
      const reason = messageOf(error)
      const nothing = { index, format, rows: 0, repeats: 0, error: reason }
      if (!isKind(error, 'invalid')) {
        const failure = error instanceof HeadrigError ? error.kind : 'unavailable'
        outcomes.push({ ...nothing, rejected: 0, state: 'failed', failure })
        continue
      }
      const reject = { format, source_object: object.uri, source_row: 0, reason, raw: '' }
      await appendFile(broken, `${JSON.stringify(reject)}\n`, { mode: 0o600 })
      anyBroken = true
      outcomes.push({ ...nothing, rejected: 1, state: 'done' })
    }
  }
  const rejects = await pool.flush()
  return anyBroken ? [...rejects, broken] : rejects
}
