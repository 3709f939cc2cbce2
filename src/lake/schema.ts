import { HeadrigError } from '../core/errors.js'
import type { ScalarType } from '../formats/format.js'
import type { TableColumn, TableType } from '../formats/table-schema.js'

/** A type as Delta's schema JSON spells it. */
export type DeltaType =
  | string
  | { readonly type: 'struct'; readonly fields: readonly DeltaField[] }
  | { readonly type: 'array'; readonly elementType: DeltaType; readonly containsNull: boolean }
  | { readonly type: 'map' | 'udt' }

export interface DeltaField {
  readonly name: string
  readonly type: DeltaType
  readonly nullable: boolean
  readonly metadata: Readonly<Record<string, unknown>>
}

const SCALARS: Readonly<Record<ScalarType, string>> = {
  string: 'string',
  int: 'integer',
  long: 'long',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamp',
  date: 'date',
}

const HOT = 'headrig.hot'

/** Types of others that one of ours holds without loss. */
const KNOWN: ReadonlyMap<string, ScalarType> = new Map<string, ScalarType>([
  ...Object.entries(SCALARS).map(([ours, delta]) => [delta, ours as ScalarType] as const),
  ['byte', 'int'],
  ['short', 'int'],
  ['float', 'double'],
])

/** Columns as Delta fields; the doc becomes the comment. */
export function toDeltaFields(columns: readonly TableColumn[]): readonly DeltaField[] {
  return columns.map(({ name, type, doc, hot }) => ({
    name,
    type: toDeltaType(type),
    nullable: true,
    metadata: { ...(doc === '' ? {} : { comment: doc }), ...(hot ? { [HOT]: true } : {}) },
  }))
}

/** Delta fields as columns. Throws `invalid`, naming the column, for a type that our tables cannot have. */
export function fromDeltaFields(fields: readonly DeltaField[], at = ''): readonly TableColumn[] {
  return fields.map(({ name, type, metadata }) => {
    const comment = metadata['comment']
    return {
      name,
      type: fromDeltaType(type, `${at}${name}`),
      doc: typeof comment === 'string' ? comment : '',
      hot: metadata[HOT] === true,
    }
  })
}

/** The schema of `metaData.schemaString`. */
export function writeSchema(fields: readonly DeltaField[]): string {
  return JSON.stringify({ type: 'struct', fields })
}

/** The fields of `metaData.schemaString`. Throws `invalid` when it is no struct. */
export function readSchema(schemaString: string): readonly DeltaField[] {
  let schema: { readonly type?: unknown; readonly fields?: readonly DeltaField[] } | null
  try {
    schema = JSON.parse(schemaString) as typeof schema
  } catch (cause) {
    throw new HeadrigError('invalid', 'the schema in the log is no JSON: the log is damaged', {
      cause,
    })
  }
  if (schema?.type === 'struct' && Array.isArray(schema.fields)) {
    return schema.fields.map((f) => ({ ...f, metadata: f.metadata ?? {} }))
  }
  throw new HeadrigError('invalid', 'the schema in the log is no struct: the log is damaged')
}

function toDeltaType(type: TableType): DeltaType {
  if (typeof type === 'string') return SCALARS[type]
  if ('struct' in type) return { type: 'struct', fields: toDeltaFields(type.struct) }
  return {
    type: 'array',
    elementType: { type: 'struct', fields: toDeltaFields(type.list) },
    containsNull: true,
  }
}

function fromDeltaType(type: DeltaType, column: string): TableType {
  if (typeof type === 'string') {
    const known = KNOWN.get(type)
    if (known) return known
  } else if (type.type === 'struct') {
    return { struct: fromDeltaFields(type.fields, `${column}.`) }
  } else if (
    type.type === 'array' &&
    typeof type.elementType === 'object' &&
    type.elementType.type === 'struct'
  ) {
    return { list: fromDeltaFields(type.elementType.fields, `${column}.`) }
  }
  throw new HeadrigError(
    'invalid',
    `column ${column} has the type ${typeName(type)}, which headrig cannot read: drop the column or cast it where it is written`,
  )
}

/** A type in a word or two, for messages. */
export function typeName(type: DeltaType): string {
  if (typeof type === 'string') return type
  return type.type === 'array' ? `array of ${typeName(type.elementType)}` : type.type
}
