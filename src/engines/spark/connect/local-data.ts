import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import { HeadrigError } from '../../../core/errors.js'
import { daysOf, microsOf } from './iso.js'

/** What a column of local rows can hold; times and days are ISO 8601 text. */
export type LocalType = 'string' | 'int' | 'long' | 'double' | 'boolean' | 'timestamp' | 'date'
export type LocalValue = string | number | bigint | boolean | null

/** Rows for a temporary view; columns in the order of `columns`. */
export interface LocalData {
  readonly columns: Readonly<Record<string, LocalType>>
  readonly rows: readonly (readonly LocalValue[])[]
}

interface Kind {
  readonly ddl: string
  readonly arrow: () => DataType
  /** How Arrow's builder takes a value, and the type that it builds. */
  readonly built: () => DataType
  readonly value: (value: NonNullable<LocalValue>) => unknown
}

const int64 = (): Int64 => new Int64()
const int32 = (): Int32 => new Int32()
// Text must not become a dictionary: Spark takes its indices for the values.
const KINDS: Readonly<Record<LocalType, Kind>> = {
  string: { ddl: 'STRING', arrow: () => new Utf8(), built: () => new Utf8(), value: String },
  int: { ddl: 'INT', arrow: int32, built: int32, value: (v) => checked('int', Number(v)) },
  long: { ddl: 'BIGINT', arrow: int64, built: int64, value: (v) => big(v) },
  double: {
    ddl: 'DOUBLE',
    arrow: () => new Float64(),
    built: () => new Float64(),
    value: Number,
  },
  boolean: { ddl: 'BOOLEAN', arrow: () => new Bool(), built: () => new Bool(), value: Boolean },
  timestamp: {
    ddl: 'TIMESTAMP',
    arrow: () => new TimestampMicrosecond('UTC'),
    built: int64,
    value: (v) => microsOf(String(v)),
  },
  date: { ddl: 'DATE', arrow: () => new DateDay(), built: int32, value: (v) => daysOf(String(v)) },
}

/** The rows as an Arrow stream, and their columns as DDL. */
export function localStream({ columns, rows }: LocalData): { schema: string; stream: Uint8Array } {
  const names = Object.keys(columns)
  if (names.length === 0) throw new HeadrigError('invalid', 'a view needs at least one column')
  const short = rows.findIndex((row) => row.length !== names.length)
  if (short >= 0) {
    throw new HeadrigError(
      'invalid',
      `row ${short + 1} has ${rows[short]?.length} values for ${names.length} columns`,
    )
  }
  const kinds = Object.values(columns).map((type) => KINDS[type])
  const children = kinds.map((kind, c) => columnOf(kind, rows, c))
  const fields = names.map((name, c) => new Field(name, children[c]?.type ?? new Utf8(), true))
  const data = makeData({ type: new Struct(fields), length: rows.length, children })
  const batch = new RecordBatch(new Schema(fields), data)
  return {
    schema: names
      .map((name, c) => `\`${name.replaceAll('`', '``')}\` ${kinds[c]?.ddl ?? ''}`)
      .join(', '),
    stream: tableToIPC(new Table([batch]), 'stream'),
  }
}

function columnOf(kind: Kind, rows: LocalData['rows'], column: number): Data {
  const values = rows.map((row) => {
    const value = row[column] ?? null
    return value === null ? null : kind.value(value)
  })
  const type = kind.arrow()
  const [built] = vectorFromArray(values, kind.built()).data
  if (!built) return makeData({ type, length: 0 } as Parameters<typeof makeData>[0])
  return built.typeId === type.typeId ? built : built.clone(type)
}

function checked(name: string, value: number): number {
  if (!Number.isInteger(value) || Math.abs(value) > 2 ** 31) {
    throw new HeadrigError('invalid', `${value} is no ${name}`)
  }
  return value
}

function big(value: NonNullable<LocalValue>): bigint {
  try {
    return BigInt(value)
  } catch (error) {
    throw new HeadrigError('invalid', `${String(value)} is no long`, { cause: error })
  }
}
