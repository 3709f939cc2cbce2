import {
  COMMON_COLUMNS,
  type Column,
  type CommonSources,
  type LogFormat,
  type ScalarColumn,
} from '../../formats/format.js'
import { tableColumns, type TableColumn } from '../../formats/table-schema.js'
import { STAGED } from '../../front/stage.js'
import { identifier, literal } from '../../sql/text.js'
import { duckDbType } from './types.js'

/** A column of a table as an expression over a staged file. */
export interface StagedExpression {
  readonly column: TableColumn
  /** Undefined: no row of the staged file has a value, so the data file leaves the column out. */
  readonly sql: string | undefined
}

/**
 * A log type's table over one staged file, derived from the format's data. `event_day` is left out:
 * it is the partition. A struct is written even when it is null in every row.
 */
export function stagedExpressions(
  format: LogFormat,
  staged: ReadonlySet<string>,
  ingestedAt: Date,
): readonly StagedExpression[] {
  return tableColumns(format)
    .filter((column) => column.name !== 'event_day')
    .map((column) => ({
      column,
      sql:
        column.name in COMMON_COLUMNS
          ? commonSql(column.name, format.common, staged, ingestedAt)
          : columnSql(format.columns[column.name] as Column, '', staged),
    }))
}

/** Names of the columns in which two equal records are equal: all that comes from the raw record. */
export function contentColumns(format: LogFormat): readonly string[] {
  return [...Object.keys(format.columns), 'unmapped']
}

function commonSql(
  name: string,
  common: CommonSources,
  staged: ReadonlySet<string>,
  ingestedAt: Date,
): string | undefined {
  switch (name) {
    case 'time':
      return identifier(STAGED.time)
    case 'event_id':
      return identifier(STAGED.id)
    case 'account_id':
      return firstOf([...(common.account_id ?? []), STAGED.account], staged)
    case 'region':
      return firstOf([...(common.region ?? []), STAGED.region], staged)
    case 'actor':
      return firstOf(common.actor ?? [], staged)
    case 'source_ip':
      return firstOf(common.source_ip ?? [], staged)
    case 'dest_ip':
      return firstOf(common.dest_ip ?? [], staged)
    case 'source_ip_key':
      return firstOf([STAGED.sourceIpKey], staged)
    case 'dest_ip_key':
      return firstOf([STAGED.destIpKey], staged)
    case 'unmapped':
      return firstOf([STAGED.unmapped], staged)
    case 'source_object':
      return identifier(STAGED.object)
    case 'source_row':
      return identifier(STAGED.row)
    default:
      return `TIMESTAMPTZ ${literal(ingestedAt.toISOString())}`
  }
}

function firstOf(names: readonly string[], staged: ReadonlySet<string>): string | undefined {
  const present = names.filter((n) => staged.has(n)).map(identifier)
  return present.length > 1 ? `coalesce(${present.join(', ')})` : present[0]
}

function columnSql(
  column: Column,
  prefix: string,
  staged: ReadonlySet<string>,
): string | undefined {
  const path = prefix === '' ? column.from : `${prefix}.${column.from}`
  if (column.type === 'struct') {
    const type = structType(column.fields)
    if (!staged.has(`${path}?`)) return prefix === '' ? `NULL::${type}` : undefined
    const fields = Object.entries(column.fields).map(
      ([name, field]) =>
        `${identifier(name)} := ${columnSql(field, path, staged) ?? `NULL::${fieldType(field)}`}`,
    )
    return `CASE WHEN ${identifier(`${path}?`)} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`
  }
  if (!staged.has(path)) return undefined
  if (column.type === 'list') return listSql(identifier(path), column.fields)
  if (column.type === 'double') return `${identifier(path)}::DOUBLE`
  return column.type === 'boolean' ? `${identifier(path)}::BOOLEAN` : identifier(path)
}

/** JSON text of an array of objects to a list of structs. */
function listSql(text: string, fields: Readonly<Record<string, ScalarColumn>>): string {
  const shape = Object.fromEntries(Object.values(fields).map((f) => [f.from, 'VARCHAR']))
  const packed = Object.entries(fields).map(
    ([name, f]) => `${identifier(name)} := r.${identifier(f.from)}`,
  )
  return `list_transform(from_json(${text}, ${literal(JSON.stringify([shape]))}), lambda r: struct_pack(${packed.join(', ')}))`
}

function structType(fields: Readonly<Record<string, Column>>): string {
  return `STRUCT(${Object.entries(fields)
    .map(([name, field]) => `${identifier(name)} ${fieldType(field)}`)
    .join(', ')})`
}

function fieldType(column: Column): string {
  if (column.type === 'struct') return structType(column.fields)
  if (column.type === 'list') return `${structType(column.fields)}[]`
  return duckDbType(column.type)
}
