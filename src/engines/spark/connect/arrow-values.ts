import {
  type Binary,
  type Data,
  DataType,
  IntervalUnit,
  type RecordBatch,
  TimeUnit,
  Type,
} from 'apache-arrow'
import { isoDay, isoTimeOf, type Value } from '../../values.js'
import { decimalText } from './decimal-text.js'
import { dayTimeText, intervalText, monthsText, timeText } from './interval-text.js'
import type { DataType as SparkType } from './messages.js'
import { variantText } from './variant.js'

/** Reads the value of a row. */
export type Reader = (row: number) => Value

/**
 * Rows of a batch as `engines/values.ts` has values; each value is read when its row is.
 * @param types what Spark says of the columns: Arrow does not tell a variant from a struct
 */
export function* rowsOf(batch: RecordBatch, types: readonly SparkType[]): Generator<Value[]> {
  const readers = batch.data.children.map((data, i) => reader(data, types[i]))
  for (let row = 0; row < batch.numRows; row++) yield readers.map((read) => read(row))
}

/** How the values of an Arrow column become JSON-like ones. */
export function reader(data: Data, spark?: SparkType): Reader {
  const read = present(data, spark)
  return data.nullCount === 0 ? read : (row) => (data.getValid(row) ? read(row) : null)
}

function present(data: Data, spark: SparkType | undefined): Reader {
  const { type } = data
  if (DataType.isNull(type)) return () => null
  if (DataType.isBool(type)) {
    const { values, offset } = data as Data<typeof type>
    return (row) => ((values[(offset + row) >> 3] ?? 0) & (1 << ((offset + row) & 7))) !== 0
  }
  if (DataType.isInt(type)) return whole(data, type.bitWidth)
  if (DataType.isFloat(type)) return numbers(data)
  if (DataType.isDecimal(type)) return decimals(data, type.scale)
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) {
    return bytes(data, (buffer, from, to) => buffer.toString('utf8', from, to))
  }
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) {
    return bytes(data, (buffer, from, to) => buffer.toString('base64', from, to))
  }
  if (DataType.isDate(type)) {
    const days = numbers(data)
    return (row) => isoDay(days(row))
  }
  if (DataType.isTimestamp(type)) return times(data, type.unit)
  if (DataType.isTime(type)) {
    const { values } = data as Data<typeof type>
    const perMicro = type.unit === TimeUnit.NANOSECOND ? 1000n : 1n
    return (row) => timeText(BigInt(values[row] ?? 0) / perMicro)
  }
  if (DataType.isList(type) || DataType.isLargeList(type)) return lists(data, spark)
  if (DataType.isMap(type)) return maps(data, spark)
  if (DataType.isStruct(type)) return spark?.variant ? variants(data) : structs(data, spark)
  if (DataType.isDuration(type)) {
    const { values } = data as Data<typeof type>
    return (row) => dayTimeText(BigInt(values[row] ?? 0))
  }
  if (DataType.isInterval(type)) return intervals(data, type.unit)
  throw new TypeError(`no reader for Arrow's ${String(data.typeId)}`)
}

function numbers(data: Data): (row: number) => number {
  const values = data.values as ArrayLike<number>
  return (row) => values[row] ?? 0
}

function whole(data: Data, bits: number): Reader {
  if (bits < 64) return numbers(data)
  const values = data.values as BigInt64Array
  return (row) => exact(values[row] ?? 0n)
}

function exact(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

function decimals(data: Data, scale: number): Reader {
  const values = data.values as Uint32Array
  const word = (i: number): bigint => BigInt(values[i] ?? 0)
  return (row) => {
    const i = row * 4
    const raw = word(i) | (word(i + 1) << 32n) | (word(i + 2) << 64n) | (word(i + 3) << 96n)
    const text = decimalText(BigInt.asIntN(128, raw), scale)
    return text.replace(/\D/g, '').length <= 15 ? Number(text) : text
  }
}

function bytes(data: Data, read: (buffer: Buffer, from: number, to: number) => string): Reader {
  const { values, valueOffsets } = data as Data<Binary>
  const buffer = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  return (row) => read(buffer, Number(valueOffsets[row]), Number(valueOffsets[row + 1]))
}

const MICROS = { [TimeUnit.SECOND]: 1_000_000n, [TimeUnit.MILLISECOND]: 1000n } as const

function times(data: Data, unit: TimeUnit): Reader {
  const values = data.values as BigInt64Array
  return (row) => {
    const value = values[row] ?? 0n
    const micros =
      unit === TimeUnit.MICROSECOND
        ? value
        : unit === TimeUnit.NANOSECOND
          ? value / 1000n
          : value * MICROS[unit]
    return isoTimeOf(micros)
  }
}

function lists(data: Data, spark: SparkType | undefined): Reader {
  const [child] = data.children
  if (!child) return () => []
  const read = reader(child, spark?.array?.elementType)
  return (row) => range(data, row, read)
}

function range<T>(data: Data, row: number, read: (row: number) => T): T[] {
  const [from, to] = [Number(data.valueOffsets[row]), Number(data.valueOffsets[row + 1])]
  return Array.from({ length: to - from }, (_, i) => read(from + i))
}

function maps(data: Data, spark: SparkType | undefined): Reader {
  const [keys, values] = data.children[0]?.children ?? []
  if (!keys || !values) return () => ({})
  const key = reader(keys, spark?.map?.keyType)
  const value = reader(values, spark?.map?.valueType)
  const name = (k: Value): string => (typeof k === 'string' ? k : JSON.stringify(k))
  return (row) => Object.fromEntries(range(data, row, (i) => [name(key(i)), value(i)]))
}

function structs(data: Data, spark: SparkType | undefined): Reader {
  const names = data.type.children.map((field: { name: string }) => field.name)
  const readers = data.children.map((child, i) => reader(child, spark?.struct?.fields[i]?.dataType))
  return (row) => Object.fromEntries(readers.map((read, i) => [names[i] ?? '', read(row)]))
}

function variants(data: Data): Reader {
  const part = (name: string): ((row: number) => Uint8Array) => {
    const at = data.type.children.findIndex((field: { name: string }) => field.name === name)
    const { values, valueOffsets } = data.children[at] as Data<Binary>
    return (row) => values.subarray(valueOffsets[row], valueOffsets[row + 1])
  }
  const [value, metadata] = [part('value'), part('metadata')]
  return (row) => variantText(value(row), metadata(row))
}

function intervals(data: Data, unit: IntervalUnit): Reader {
  const values = data.values as Int32Array
  if (unit === IntervalUnit.YEAR_MONTH) return (row) => monthsText(values[row] ?? 0)
  if (data.typeId !== Type.Interval || unit !== IntervalUnit.MONTH_DAY_NANO) {
    return (row) => intervalText(0, values[row * 2] ?? 0, BigInt(values[row * 2 + 1] ?? 0) * 1000n)
  }
  return (row) => {
    const [months = 0, days = 0, low = 0, high = 0] = values.subarray(row * 4, row * 4 + 4)
    const nanos = (BigInt(high) << 32n) | BigInt(low >>> 0)
    return intervalText(months, days, nanos / 1000n)
  }
}
