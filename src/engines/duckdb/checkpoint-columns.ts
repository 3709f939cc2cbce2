import type { DuckDBType } from '@duckdb/node-api'
import type { ScalarType } from '../../formats/format.js'
import { identifier } from '../../sql/text.js'
import { DuckDBStructType } from './node-api.js'
import { SCALAR_TYPES } from './types.js'

export const TEXT_MAP = 'MAP(VARCHAR, VARCHAR)'

/** The columns of a classic checkpoint, by the protocol, without those that are derived. */
export const CHECKPOINT_COLUMNS = {
  txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
  add: `STRUCT(path VARCHAR, partitionValues ${TEXT_MAP}, size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR, tags ${TEXT_MAP})`,
  remove: `STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues ${TEXT_MAP}, size BIGINT)`,
  metaData: `STRUCT(id VARCHAR, "name" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options ${TEXT_MAP}), schemaString VARCHAR, partitionColumns VARCHAR[], configuration ${TEXT_MAP}, createdTime BIGINT)`,
  protocol:
    'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])',
  domainMetadata: 'STRUCT("domain" VARCHAR, configuration VARCHAR, removed BOOLEAN)',
} as const

/** A column whose statistics or partition values a checkpoint keeps in its own type. */
export interface TypedColumn {
  readonly name: string
  readonly type: unknown
}

/** `STRUCT(…)` of the columns; undefined for none. */
export function structOf(
  columns: readonly TypedColumn[],
  typeOf = (c: TypedColumn): string => SCALAR_TYPES[c.type as ScalarType],
): string | undefined {
  if (columns.length === 0) return undefined
  return `STRUCT(${columns.map((c) => `${identifier(c.name)} ${typeOf(c)}`).join(', ')})`
}

/** The type that `stats_parsed` has for these columns. */
export function statsType(columns: readonly TypedColumn[]): string | undefined {
  const values = structOf(columns)
  const counts = structOf(columns, () => 'BIGINT')
  if (!values || !counts) return undefined
  return `STRUCT(numRecords BIGINT, minValues ${values}, maxValues ${values}, nullCount ${counts})`
}

/** A field of a struct, by its path; undefined when there is none. */
export function fieldType(
  type: DuckDBType | undefined,
  path: readonly string[],
): DuckDBType | undefined {
  let at = type
  for (const name of path) {
    if (!(at instanceof DuckDBStructType)) return undefined
    at = at.entryTypes[at.entryNames.indexOf(name)]
  }
  return at
}
