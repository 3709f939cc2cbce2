import { open, rm } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { identifier, literal } from '../../sql/text.js'
import {
  CHECKPOINT_COLUMNS,
  statsType,
  structOf,
  TEXT_MAP,
  type TypedColumn,
} from './checkpoint-columns.js'
import { SCALAR_TYPES } from './types.js'
import { CheckpointFile, ROW_GROUP, statsSql } from './checkpoint-read.js'
import { fieldType } from './checkpoint-columns.js'
import { enginePath } from './engine-path.js'

export interface WriteContent {
  readonly actions: Iterable<object>
  readonly from: readonly {
    readonly path: string
    readonly withoutAdds: readonly string[]
    readonly withoutRemoves: readonly string[]
  }[]
  readonly removedAfter: number
  readonly statsColumns: readonly TypedColumn[]
  readonly partitionColumns: readonly TypedColumn[]
}

/** Writes a classic checkpoint; `temp` names files that are deleted again. Returns its rows. */
export async function writeCheckpointFile(
  connection: DuckDBConnection,
  content: WriteContent,
  path: string,
  temp: string,
): Promise<number> {
  const parts: string[] = []
  const spare: string[] = []
  const lines = async (items: Iterable<object>): Promise<string> => {
    const file = `${temp}-${spare.length}.ndjson`
    spare.push(file)
    await writeLines(file, items)
    return literal(enginePath(file))
  }
  try {
    parts.push(ownSql(await lines(content.actions), content))
    for (const { path: earlier, withoutAdds, withoutRemoves } of content.from) {
      const file = await CheckpointFile.open(connection, earlier)
      const but = async (column: string, paths: readonly string[]): Promise<string> => {
        if (paths.length === 0) return ''
        const list = await lines(paths.map((p) => ({ p })))
        return ` AND ${column} NOT IN (SELECT p FROM read_json(${list}, format = 'newline_delimited', columns = {p: 'VARCHAR'}))`
      }
      parts.push(
        ...addsSql(file, content, await but('add.path', withoutAdds)),
        ...removesSql(file, content, await but('remove.path', withoutRemoves)),
      )
    }
    const result = await connection.run(
      `COPY (${parts.join(' UNION ALL BY NAME ')}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${ROW_GROUP})`,
    )
    return result.rowsChanged
  } finally {
    for (const file of spare) await rm(file, { force: true })
  }
}

function ownSql(lines: string, content: WriteContent): string {
  const columns = Object.entries(CHECKPOINT_COLUMNS).map(([n, type]) => `${n}: ${literal(type)}`)
  const add = addSql(content, 'add.stats', parsedStatsSql('add.stats', content))
  return `SELECT * REPLACE (CASE WHEN add.path IS NOT NULL THEN ${add} END AS add) FROM read_json(${lines}, format = 'newline_delimited', compression = 'uncompressed', columns = {${columns.join(', ')}})`
}

function addsSql(file: CheckpointFile, content: WriteContent, but: string): string[] {
  const type = file.types.get('add')
  if (!type) return []
  const from = `${file.from} WHERE add.size IS NOT NULL${but}`
  if (normal(String(type)) === normal(addType(content))) return [`SELECT add ${from}`]
  const stats = statsSql(type)
  const tags = fieldType(type, ['tags']) ? `add.tags::${TEXT_MAP}` : `NULL::${TEXT_MAP}`
  return [`SELECT ${addSql(content, stats, parsedStatsSql(stats, content), tags)} AS add ${from}`]
}

/** What `addSql` makes. */
function addType({ statsColumns, partitionColumns }: WriteContent): string {
  const derived = [
    ['partitionValues_parsed', structOf(partitionColumns)],
    ['stats_parsed', statsType(statsColumns)],
  ].flatMap(([name, type]) => (type ? [`${name} ${type}`] : []))
  return `${CHECKPOINT_COLUMNS.add.slice(0, -1)}${derived.map((d) => `, ${d}`).join('')})`
}

function removesSql(file: CheckpointFile, content: WriteContent, but: string): string[] {
  const type = file.types.get('remove')
  if (!type) return []
  const fields = [
    ...CHECKPOINT_COLUMNS.remove.matchAll(
      /(?:STRUCT\(|, )(\w+) (BIGINT|BOOLEAN|VARCHAR|MAP\([^)]*\))/g,
    ),
  ].map(([, name = '', sql = '']) => {
    const value = fieldType(type, [name]) ? `remove.${name}` : 'NULL'
    return `${name} := ${name === 'dataChange' ? 'false' : `${value}::${sql}`}`
  })
  return [
    `SELECT struct_pack(${fields.join(', ')}) AS remove ${file.from} WHERE remove.path IS NOT NULL AND coalesce(remove.deletionTimestamp, 0) > ${content.removedAfter}${but}`,
  ]
}

function addSql(
  { partitionColumns }: WriteContent,
  stats: string,
  parsed: string | undefined,
  tags = 'add.tags',
): string {
  const partition = structOf(partitionColumns)
  const values = partitionColumns.map(({ name, type }) => {
    const text = `nullif(add.partitionValues[${literal(name)}], '')`
    return `${identifier(name)} := try_cast(${text} AS ${SCALAR_TYPES[type as keyof typeof SCALAR_TYPES]})`
  })
  return `struct_pack(${[
    'path := add.path',
    `partitionValues := add.partitionValues::${TEXT_MAP}`,
    'size := add.size::BIGINT',
    'modificationTime := add.modificationTime::BIGINT',
    'dataChange := false',
    `stats := ${stats}`,
    `tags := ${tags}`,
    ...(partition ? [`partitionValues_parsed := struct_pack(${values.join(', ')})`] : []),
    ...(parsed ? [`stats_parsed := ${parsed}`] : []),
  ].join(', ')})`
}

/** Statistics out of text; what does not fit its column's type is null. */
function parsedStatsSql(text: string, { statsColumns }: WriteContent): string | undefined {
  const type = statsType(statsColumns)
  if (!type) return undefined
  const of = (kind: (c: TypedColumn) => string): object =>
    Object.fromEntries(statsColumns.map((c) => [c.name, kind(c)]))
  const values = of((c) => SCALAR_TYPES[c.type as keyof typeof SCALAR_TYPES])
  const shape = {
    numRecords: 'BIGINT',
    minValues: values,
    maxValues: values,
    nullCount: of(() => 'BIGINT'),
  }
  return `json_transform(CASE WHEN json_valid(${text}) THEN ${text} END, ${literal(JSON.stringify(shape))})::${type}`
}

/** Types as DuckDB prints them and as we write them, alike. */
function normal(type: string): string {
  return type.replaceAll('"', '').toLowerCase()
}

async function writeLines(path: string, items: Iterable<object>): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    let text = ''
    for (const item of items) {
      text += `${JSON.stringify(item)}\n`
      if (text.length < 1_000_000) continue
      await file.write(text)
      text = ''
    }
    await file.write(text)
  } finally {
    await file.close()
  }
}
