import { randomUUID } from 'node:crypto'
import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api'
import { literal } from '../../sql/text.js'
import { enginePath } from './engine-path.js'
import type { DuckDbEngine } from './open.js'
import { wholeRows } from './whole-rows.js'
import { DuckDBStructType } from './node-api.js'

const MAP = 'MAP(VARCHAR, VARCHAR)'

/** The columns of a classic checkpoint, by the protocol. */
const COLUMNS = {
  txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
  add: `STRUCT(path VARCHAR, partitionValues ${MAP}, size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR, tags ${MAP})`,
  remove: `STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues ${MAP}, size BIGINT)`,
  metaData: `STRUCT(id VARCHAR, "name" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options ${MAP}), schemaString VARCHAR, partitionColumns VARCHAR[], configuration ${MAP}, createdTime BIGINT)`,
  protocol:
    'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])',
  domainMetadata: 'STRUCT("domain" VARCHAR, configuration VARCHAR, removed BOOLEAN)',
} as const

/** Actions that are few: each is read as one JSON text. */
const FEW = ['protocol', 'metaData', 'txn', 'domainMetadata', 'sidecar', 'remove'] as const

/**
 * Delta checkpoints through DuckDB: what the lake asks of an engine. Actions are plain objects, as a
 * line of a commit has them. The engine is started at the first call.
 */
export function checkpointIo(engine: () => Promise<DuckDbEngine>): {
  read(source: string | Uint8Array): AsyncIterable<readonly object[]>
  write(actions: Iterable<object>): Promise<{ readonly path: string; readonly rows: number }>
} {
  return {
    async *read(source) {
      const running = await engine()
      const copied = typeof source === 'string' ? undefined : await tempPath(running, 'parquet')
      const path = typeof source === 'string' ? source : (copied ?? '')
      const connection = await running.connect()
      try {
        if (copied && typeof source !== 'string') await writeFile(copied, source, { mode: 0o600 })
        yield* readActions(connection, path)
      } finally {
        connection.closeSync()
        if (copied) await rm(copied, { force: true })
      }
    },
    async write(actions) {
      const running = await engine()
      const lines = await tempPath(running, 'ndjson')
      const path = await tempPath(running, 'parquet')
      const connection = await running.connect()
      try {
        const rows = await writeLines(lines, actions)
        const columns = Object.entries(COLUMNS).map(([name, type]) => `${name}: ${literal(type)}`)
        await connection.run(
          `COPY (FROM read_json(${literal(enginePath(lines))}, format = 'newline_delimited', compression = 'uncompressed', columns = {${columns.join(', ')}})) TO ${literal(path)} (FORMAT parquet, COMPRESSION snappy)`,
        )
        return { path, rows }
      } finally {
        connection.closeSync()
        await rm(lines, { force: true })
      }
    },
  }
}

async function tempPath(engine: DuckDbEngine, extension: string): Promise<string> {
  const { tempFolder } = engine.options
  await mkdir(tempFolder, { recursive: true, mode: 0o700 })
  return join(tempFolder, `checkpoint-${randomUUID()}.${extension}`)
}

async function writeLines(path: string, actions: Iterable<object>): Promise<number> {
  const file = await open(path, 'wx', 0o600)
  try {
    let rows = 0
    let text = ''
    for (const action of actions) {
      text += `${JSON.stringify(action)}\n`
      rows++
      if (text.length < 1_000_000) continue
      await file.write(text)
      text = ''
    }
    await file.write(text)
    return rows
  } finally {
    await file.close()
  }
}

async function* readActions(
  connection: DuckDBConnection,
  path: string,
): AsyncIterable<readonly object[]> {
  const from = `FROM read_parquet(${literal(enginePath(path))}, hive_partitioning = false)`
  const described = await connection.runAndReadAll(`${from} LIMIT 0`)
  const types = new Map(
    described.columnNames().map((name, i) => [name, described.columnType(i)] as const),
  )
  for (const name of FEW.filter((n) => types.has(n))) {
    const result = await connection.stream(
      `SELECT to_json(${name})::VARCHAR ${from} WHERE ${name} IS NOT NULL AND to_json(${name})::VARCHAR <> '{}'`,
    )
    for await (const rows of wholeRows(result)) {
      yield rows.map(([text]) => ({ [name]: withoutNulls(String(text)) }))
    }
  }
  const add = types.get('add')
  if (add) yield* readAdds(connection, from, fieldsOf(add))
}

function withoutNulls(text: string): object {
  const fields = Object.entries(JSON.parse(text) as object)
  return Object.fromEntries(fields.filter(([, value]) => value !== null))
}

/** Data files may be a million: their columns are read one by one, without JSON around them. */
async function* readAdds(
  connection: DuckDBConnection,
  from: string,
  fields: ReadonlySet<string>,
): AsyncIterable<readonly object[]> {
  const json = (name: string): string =>
    fields.has(name) ? `to_json(add.${name})::VARCHAR` : 'NULL::VARCHAR'
  const stats = fields.has('stats') ? 'add.stats' : 'NULL'
  const result = await connection.stream(
    `SELECT add.path, ${json('partitionValues')}, add.size::DOUBLE, add.modificationTime::DOUBLE, coalesce(${stats}, ${json('stats_parsed')}), ${json('tags')}, ${json('deletionVector')} ${from} WHERE add.path IS NOT NULL`,
  )
  const parsed = new Map<string, unknown>()
  for await (const rows of wholeRows(result)) {
    yield rows.map(([path, partition, size, modificationTime, text, tags, vector]) => ({
      add: {
        path,
        partitionValues: interned(parsed, partition),
        size,
        modificationTime,
        dataChange: false,
        ...(text === null ? {} : { stats: text }),
        ...(tags === null ? {} : { tags: JSON.parse(String(tags)) as unknown }),
        ...(vector === null ? {} : { deletionVector: JSON.parse(String(vector)) as unknown }),
      },
    }))
  }
}

function interned(parsed: Map<string, unknown>, partition: unknown): unknown {
  const text = typeof partition === 'string' ? partition : '{}'
  const known = parsed.get(text)
  if (known) return known
  const values = JSON.parse(text) as unknown
  parsed.set(text, values)
  return values
}

function fieldsOf(type: DuckDBType): ReadonlySet<string> {
  return new Set(type instanceof DuckDBStructType ? type.entryNames : [])
}
