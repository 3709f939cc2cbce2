import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { HeadrigError } from '../../core/errors.js'
import { CheckpointFile, type ReadFilter } from './checkpoint-read.js'
import { writeCheckpointFile, type WriteContent } from './checkpoint-write.js'
import type { DuckDbEngine } from './open.js'

/** What the lake asks of an engine that keeps checkpoints. */
export interface DuckDbCheckpointIo {
  summary(path: string): Promise<{ actions: readonly object[]; files: number; bytes: number }>
  adds(path: string, filter: ReadFilter): AsyncIterable<readonly object[]>
  removes(path: string, filter: Pick<ReadFilter, 'paths'>): AsyncIterable<readonly object[]>
  write(content: WriteContent): Promise<{ readonly path: string; readonly rows: number }>
  tempPath(): Promise<string>
}

/**
 * Delta checkpoints through DuckDB: what the lake asks of an engine. Actions are plain objects, as a
 * line of a commit has them. The engine is started at the first call.
 * @example const lake = openLake(store, checkpointIo(() => context.engine()))
 */
export function checkpointIo(engine: () => Promise<DuckDbEngine>): DuckDbCheckpointIo {
  const tempPath = async (): Promise<string> => {
    const { tempFolder } = (await engine()).options
    await mkdir(tempFolder, { recursive: true, mode: 0o700 })
    return join(tempFolder, `checkpoint-${randomUUID()}.parquet`)
  }
  async function* reading(
    path: string,
    rows: (file: CheckpointFile) => AsyncIterable<readonly object[]>,
  ): AsyncIterable<readonly object[]> {
    const connection = await (await engine()).connect()
    try {
      const before = await fingerprint(path)
      yield* rows(await CheckpointFile.open(connection, path))
      // Several statements read the file: they must have seen the same one.
      if ((await fingerprint(path)) !== before) {
        throw new HeadrigError('unavailable', `${path} was replaced while it was read: try again`)
      }
    } finally {
      connection.closeSync()
    }
  }
  const withConnection = async <T>(work: (c: DuckDBConnection) => Promise<T>): Promise<T> => {
    const connection = await (await engine()).connect()
    try {
      return await work(connection)
    } finally {
      connection.closeSync()
    }
  }
  return {
    tempPath,
    summary: (path) => withConnection(async (c) => (await CheckpointFile.open(c, path)).summary()),
    adds: (path, filter) => reading(path, (file) => file.adds(filter)),
    removes: (path, filter) => reading(path, (file) => file.removes(filter)),
    async write(content) {
      const path = await tempPath()
      try {
        const rows = await withConnection((c) => writeCheckpointFile(c, content, path, path))
        return { path, rows }
      } catch (error) {
        await rm(path, { force: true })
        throw error
      }
    },
  }
}

async function fingerprint(path: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(path)
  return `${ino} ${size} ${mtimeMs}`
}
