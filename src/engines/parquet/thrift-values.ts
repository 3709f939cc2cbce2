import type { ThriftStruct, ThriftValue } from './thrift.js'

const STRUCT = 12
const I32 = 5
const BINARY = 8

export function i32(value: number): ThriftValue {
  return { type: 'i32', value: BigInt(value) }
}

export function i64(value: number): ThriftValue {
  return { type: 'i64', value: BigInt(value) }
}

export function text(value: string): ThriftValue {
  return { type: 'binary', value: Buffer.from(value) }
}

export function struct(fields: readonly (readonly [number, ThriftValue])[] = []): ThriftValue {
  return { type: 'struct', value: new Map(fields) }
}

export function structs(items: readonly ThriftValue[]): ThriftValue {
  return { type: 'list', element: STRUCT, value: items }
}

export function i32s(items: readonly number[]): ThriftValue {
  return { type: 'list', element: I32, value: items.map(i32) }
}

export function texts(items: readonly string[]): ThriftValue {
  return { type: 'list', element: BINARY, value: items.map(text) }
}

/** A field's whole number; undefined when there is none, or one that a number cannot hold. */
export function numberIn(fields: ThriftStruct, id: number): number | undefined {
  const field = fields.get(id)
  if (field?.type !== 'i16' && field?.type !== 'i32' && field?.type !== 'i64') return undefined
  const value = Number(field.value)
  return Number.isSafeInteger(value) ? value : undefined
}

export function bytesIn(fields: ThriftStruct, id: number): Buffer | undefined {
  const field = fields.get(id)
  return field?.type === 'binary' ? field.value : undefined
}

export function textIn(fields: ThriftStruct, id: number): string | undefined {
  return bytesIn(fields, id)?.toString('utf8')
}

export function listIn(fields: ThriftStruct, id: number): readonly ThriftValue[] {
  const field = fields.get(id)
  return field?.type === 'list' ? field.value : []
}

export function structIn(fields: ThriftStruct, id: number): ThriftStruct | undefined {
  return structOf(fields.get(id))
}

export function structOf(value: ThriftValue | undefined): ThriftStruct | undefined {
  return value?.type === 'struct' ? value.value : undefined
}
