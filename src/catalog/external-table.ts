import type { TableColumn, TableType } from '../formats/table-schema.js'
import type { HiveType } from './hive-type.js'

export interface ExternalColumn {
  /** Lower case. */
  readonly name: string
  readonly type: HiveType
  readonly comment?: string
}

/** A table over files that stay where they are, as its DDL declares it. */
export interface ExternalTable {
  /** Lower case, without a database. */
  readonly name: string
  readonly columns: readonly ExternalColumn[]
  /** Columns whose values come from where a file lies. */
  readonly partitionedBy: readonly ExternalColumn[]
  /** The Java class that reads a record. */
  readonly serde: string
  readonly serdeProperties: Readonly<Record<string, string>>
  /** The Java class that finds the records in a file. */
  readonly inputFormat: string
  readonly outputFormat: string
  /** `s3://bucket/prefix` or `file:///folder`, without a slash at the end. */
  readonly location: string
  readonly properties: Readonly<Record<string, string>>
  readonly comment?: string
  /**
   * Its files are written here: they lie in the places that the catalog has as partitions (also when it
   * has no partition columns), and nothing else below the location is a part of it.
   */
  readonly written?: true
}

/** Files that share the values of the partition columns; null: the value is unknown. */
export interface Partition {
  readonly values: readonly (string | null)[]
  /** As `ExternalTable.location`. */
  readonly location: string
}

/** Its columns in the order of `SELECT *`: the declared ones, then those of the partitions. */
export function allColumns(table: ExternalTable): readonly ExternalColumn[] {
  return [...table.columns, ...table.partitionedBy]
}

/**
 * The columns as the rest of the product knows columns, for names and for pruning; types that have no
 * counterpart there (maps, lists of scalars) are given as text.
 */
export function knownColumns(table: ExternalTable): TableColumn[] {
  return allColumns(table).map(({ name, type, comment }) => ({
    name,
    type: knownType(type),
    doc: comment ?? '',
    hot: false,
  }))
}

function knownType(type: HiveType): TableType {
  switch (type.kind) {
    case 'struct':
      return { struct: fieldsOf(type) }
    case 'array':
      return type.of.kind === 'struct' ? { list: fieldsOf(type.of) } : 'string'
    case 'tinyint':
    case 'smallint':
    case 'int':
      return 'int'
    case 'bigint':
      return 'long'
    case 'float':
    case 'double':
    case 'decimal':
      return 'double'
    case 'boolean':
    case 'timestamp':
    case 'date':
      return type.kind
    case 'map':
    case 'string':
    case 'binary':
      return 'string'
  }
}

function fieldsOf({ fields }: HiveType & { kind: 'struct' }): TableColumn[] {
  return fields.map((f) => ({ name: f.name, type: knownType(f.type), doc: '', hot: false }))
}
