import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api'
import { literal } from '../../sql/text.js'
import {
  boundCondition,
  pathCondition,
  type Condition,
  type FileBound,
} from './checkpoint-filter.js'
import { fieldType } from './checkpoint-columns.js'
import { enginePath } from './engine-path.js'
import { wholeRows } from './whole-rows.js'

/** Actions that are few, each with a field that it always has, in words that pass over row groups. */
const FEW = {
  protocol: 'minReaderVersion >= 0',
  metaData: "id >= ''",
  txn: "appId >= ''",
  domainMetadata: `"domain" >= ''`,
  sidecar: "path >= ''",
} as const

/** So few rows that their texts fit into memory, and that a query can pass over most groups. */
export const ROW_GROUP = 4096
/** More of them are not worth asking for one by one. */
const MOST_RANGES = 64

export interface ReadFilter {
  readonly bounds?: readonly FileBound[]
  readonly paths?: readonly string[]
  readonly withoutStats?: boolean
}

/** A checkpoint's file, for queries over one connection. */
export class CheckpointFile {
  readonly from: string
  readonly types: ReadonlyMap<string, DuckDBType>
  readonly #connection: DuckDBConnection
  readonly #file: string

  private constructor(
    connection: DuckDBConnection,
    file: string,
    types: ReadonlyMap<string, DuckDBType>,
    from: string,
  ) {
    this.#connection = connection
    this.#file = file
    this.from = from
    this.types = types
  }

  static async open(connection: DuckDBConnection, path: string): Promise<CheckpointFile> {
    const file = literal(enginePath(path))
    const from = `FROM read_parquet(${file}, hive_partitioning = false, file_row_number = true)`
    const described = await connection.runAndReadAll(`${from} LIMIT 0`)
    const types = described.columnNames().map((n, i) => [n, described.columnType(i)] as const)
    return new CheckpointFile(connection, file, new Map(types), from)
  }

  /** What is not a data file or a tombstone, and what the data files come to. */
  async summary(): Promise<{ actions: readonly object[]; files: number; bytes: number }> {
    const parts = Object.entries(FEW).flatMap(([name, present]) =>
      this.types.has(name)
        ? [
            `SELECT '${name}', to_json(${name})::VARCHAR, NULL, NULL ${this.from} WHERE ${name}.${present}`,
          ]
        : [],
    )
    if (this.types.has('add')) {
      parts.push(`SELECT '', NULL, count(add.size)::DOUBLE, sum(add.size)::DOUBLE ${this.from}`)
    }
    const actions: object[] = []
    let [files, bytes] = [0, 0]
    if (parts.length === 0) return { actions, files, bytes }
    for await (const rows of this.#rows(parts.join(' UNION ALL '))) {
      for (const [name, text, count, sum] of rows) {
        if (name === '') [files, bytes] = [Number(count), Number(sum ?? 0)]
        else actions.push({ [String(name)]: withoutNulls(String(text)) })
      }
    }
    return { actions, files, bytes }
  }

  /** Data files: there may be a million, so their columns are read one by one, without JSON around them. */
  async *adds({ bounds = [], paths, withoutStats = false }: ReadFilter): AsyncIterable<object[]> {
    const add = this.types.get('add')
    if (!add) return
    const conditions = [
      ...bounds.flatMap((b) => boundCondition(b, add) ?? []),
      ...(paths ? [pathCondition('add.path', paths)] : []),
    ]
    const json = (name: string): string =>
      fieldType(add, [name]) ? `to_json(add.${name})::VARCHAR` : 'NULL::VARCHAR'
    const stats = withoutStats ? 'NULL::VARCHAR' : statsSql(add)
    const columns = `add.path, ${json('partitionValues')}, add.size::DOUBLE, add.modificationTime::DOUBLE, ${stats}, ${json('tags')}, ${json('deletionVector')}`
    const certain = await this.#certain(conditions)
    const where = allOf(conditions, certain)
    const parsed = new Map<string, unknown>()
    for (const range of withoutStats ? [''] : await this.#ranges(conditions, certain)) {
      for await (const rows of this.#rows(
        `SELECT ${columns} ${this.from} WHERE ${range}${where}`,
      )) {
        yield rows.map(([path, partition, size, modificationTime, text, tags, vector]) => ({
          path,
          partitionValues: interned(parsed, partition),
          size,
          modificationTime,
          dataChange: false,
          ...(text === null ? {} : { stats: text }),
          ...(tags === null ? {} : { tags: JSON.parse(String(tags)) as unknown }),
          ...(vector === null ? {} : { deletionVector: JSON.parse(String(vector)) as unknown }),
        }))
      }
    }
  }

  /**
   * Where in the file there may be rows that meet the conditions, as conditions on the row's number that
   * let whole row groups be passed over: reading statistics' text is dear.
   */
  async #ranges(
    conditions: readonly Condition[],
    certain: ReadonlySet<string>,
  ): Promise<readonly string[]> {
    const narrow = conditions.filter((c) => c.narrow)
    if (narrow.length === 0) return ['']
    const where = allOf(narrow, certain)
    const sql = `SELECT DISTINCT (file_row_number // ${ROW_GROUP})::INTEGER AS n ${this.from} WHERE ${where} ORDER BY n`
    const ranges: { from: number; to: number }[] = []
    for await (const rows of this.#rows(sql)) {
      for (const [n] of rows) {
        const last = ranges.at(-1)
        if (last?.to === Number(n)) last.to++
        else ranges.push({ from: Number(n), to: Number(n) + 1 })
      }
    }
    if (ranges.length > MOST_RANGES) return ['']
    return ranges.map(
      ({ from, to }) =>
        `file_row_number >= ${from * ROW_GROUP} AND file_row_number < ${to * ROW_GROUP} AND `,
    )
  }

  /** The columns that have a value for every data file, by the file's footer. */
  async #certain(conditions: readonly Condition[]): Promise<ReadonlySet<string>> {
    const columns = new Set(conditions.flatMap((c) => c.plain?.column ?? []))
    if (columns.size === 0) return columns
    const list = ['add, size', ...columns].map(literal).join(', ')
    const sql = `SELECT path_in_schema, CASE WHEN count(stats_null_count) = count(*) THEN sum(stats_null_count) END::DOUBLE FROM parquet_metadata(${this.#file}) WHERE path_in_schema IN (${list}) GROUP BY 1`
    const nulls = new Map<unknown, unknown>()
    for await (const rows of this.#rows(sql)) for (const [name, n] of rows) nulls.set(name, n)
    // The rows that are no data files have no size either.
    const others = nulls.get('add, size')
    return new Set([...columns].filter((c) => others !== null && nulls.get(c) === others))
  }

  async *removes({ paths }: Pick<ReadFilter, 'paths'>): AsyncIterable<object[]> {
    if (!this.types.has('remove')) return
    const wanted = paths ? [pathCondition('remove.path', paths).sql] : []
    const where = ['remove.path IS NOT NULL', ...wanted]
    const sql = `SELECT to_json(remove)::VARCHAR ${this.from} WHERE ${where.join(' AND ')}`
    for await (const rows of this.#rows(sql)) {
      yield rows.map(([text]) => withoutNulls(String(text)))
    }
  }

  async *#rows(sql: string): ReturnType<typeof wholeRows> {
    yield* wholeRows(await this.#connection.stream(sql))
  }
}

function allOf(conditions: readonly Condition[], certain: ReadonlySet<string>): string {
  const known = conditions.map((c) =>
    c.plain && certain.has(c.plain.column) ? c.plain.sql : c.sql,
  )
  const implied = conditions.some((c) => c.plain && certain.has(c.plain.column))
  return [...(implied ? [] : ['add.size IS NOT NULL']), ...known].join(' AND ')
}

/** A data file's statistics as text, whichever way the checkpoint has them. */
export function statsSql(add: DuckDBType): string {
  const parsed = fieldType(add, ['stats_parsed'])
    ? 'to_json(add.stats_parsed)::VARCHAR'
    : 'NULL::VARCHAR'
  return fieldType(add, ['stats']) ? `coalesce(add.stats, ${parsed})` : parsed
}

function withoutNulls(text: string): object {
  const fields = Object.entries(JSON.parse(text) as object)
  return Object.fromEntries(fields.filter(([, value]) => value !== null))
}

function interned(parsed: Map<string, unknown>, partition: unknown): unknown {
  const text = typeof partition === 'string' ? partition : '{}'
  const known = parsed.get(text)
  if (known) return known
  const values = JSON.parse(text) as unknown
  parsed.set(text, values)
  return values
}
