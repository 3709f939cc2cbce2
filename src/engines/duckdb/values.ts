import type {
  DuckDBArrayType,
  DuckDBDecimalValue as DecimalValue,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api'
import { isoDay, isoTimeOf, type Value } from '../values.js'
import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBUnionValue,
} from './node-api.js'

export type Reader = (value: DuckDBValue) => Value

/** How values of a DuckDB type become values as `engines/values.ts` has them. */
export function reader(type: DuckDBType): Reader {
  const { typeId } = type
  if (typeId === DuckDBTypeId.STRUCT) return structReader(type as DuckDBStructType)
  if (typeId === DuckDBTypeId.MAP) return mapReader(type as DuckDBMapType)
  if (typeId === DuckDBTypeId.LIST || typeId === DuckDBTypeId.ARRAY) {
    return listReader((type as DuckDBListType | DuckDBArrayType).valueType)
  }
  return scalar
}

function structReader(type: DuckDBStructType): Reader {
  const fields = type.entryNames.map(
    (name, i) => [name, reader(type.entryTypes[i] ?? type)] as const,
  )
  return (value) => {
    if (!(value instanceof DuckDBStructValue)) return null
    return Object.fromEntries(
      fields.map(([name, read]) => [name, read(value.entries[name] ?? null)]),
    )
  }
}

function listReader(type: DuckDBType): Reader {
  const read = reader(type)
  return (value) =>
    value instanceof DuckDBListValue || value instanceof DuckDBArrayValue
      ? value.items.map(read)
      : null
}

function mapReader(type: DuckDBMapType): Reader {
  const key = reader(type.keyType)
  const read = reader(type.valueType)
  const name = (k: Value): string => (typeof k === 'string' ? k : JSON.stringify(k))
  return (value) => {
    if (!(value instanceof DuckDBMapValue)) return null
    return Object.fromEntries(value.entries.map((e) => [name(key(e.key)), read(e.value)]))
  }
}

function scalar(value: DuckDBValue): Value {
  if (value === null || typeof value !== 'object') {
    return typeof value === 'bigint' ? whole(value) : value
  }
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) {
    return time(value.micros)
  }
  if (value instanceof DuckDBDateValue) {
    return Math.abs(value.days) >= 2_147_483_646 ? String(value) : isoDay(value.days)
  }
  if (value instanceof DuckDBDecimalValue) return decimal(value)
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64')
  if (value instanceof DuckDBTimestampSecondsValue) return time(value.seconds * 1_000_000n)
  if (value instanceof DuckDBTimestampMillisecondsValue) return time(value.millis * 1000n)
  if (value instanceof DuckDBTimestampNanosecondsValue) return time(value.nanos / 1000n)
  if (value instanceof DuckDBUnionValue) return scalar(value.value)
  return String(value)
}

function whole(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

function decimal(value: DecimalValue): number | string {
  const text = value.toString()
  return text.replace(/\D/g, '').length <= 15 ? Number(text) : text
}

const INFINITE = 9_223_372_036_854_775_806n

function time(micros: bigint): string {
  if (micros > INFINITE || micros < -INFINITE) return micros > 0n ? 'infinity' : '-infinity'
  return isoTimeOf(micros)
}
