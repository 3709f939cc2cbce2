import type { TableType } from '../../formats/table-schema.js'
import type { FilterToken } from './filter-tokens.js'

/** A constant in a filter's text, with the type behind `::`. */
export interface Literal {
  readonly token: FilterToken
  readonly cast: string | undefined
}

const DAY = /^\d{4}-\d\d-\d\d$/
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/

/**
 * The constant as Delta's stats spell values of that type, times with six decimals so that text sorts
 * as time does; undefined when it is not surely the same.
 */
export function literalValue(
  { token, cast }: Literal,
  type: TableType | undefined,
): string | number | undefined {
  if (token.kind === 'number') {
    const value = Number(token.value)
    const whole = (type === 'int' || type === 'long') && /^-?\d+$/.test(token.value)
    const plain = cast === undefined || cast === 'BIGINT' || cast === 'INTEGER'
    return whole && plain && Number.isSafeInteger(value) ? value : undefined
  }
  if (type === 'string') return cast === undefined || cast === 'VARCHAR' ? token.value : undefined
  if (type === 'date') return cast === 'DATE' && DAY.test(token.value) ? token.value : undefined
  if (type !== 'timestamp' || cast !== 'TIMESTAMP WITH TIME ZONE') return undefined
  const match = TIME.exec(token.value)
  return match ? `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(6, '0')}Z` : undefined
}

/** @example nextDay('2024-02-28') // '2024-02-29' */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}
