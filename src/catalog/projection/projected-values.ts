import { HeadrigError } from '../../core/errors.js'
import type { ExternalTable } from '../external-table.js'
import { addUnits, DATE_UNITS, type DateUnit, datePattern } from './date-pattern.js'

/** A column of more values than this is not projected: its range is a mistake. */
const MOST_VALUES = 1_000_000

/** The values that a column may have, by the table's properties, or that a query must name them. */
export type Projected = { readonly values: () => Iterable<string> } | 'injected'

/**
 * What `projection.<column>.*` says of a column.
 * Throws `invalid` for a property that is missing or cannot be read.
 */
export function projectedValues(table: ExternalTable, column: string, now: Date): Projected {
  const properties = new Properties(table, column)
  const type = properties.required('type').toLowerCase()
  switch (type) {
    case 'enum': {
      const values = properties
        .required('values')
        .split(',')
        .map((v) => v.trim())
      return { values: () => values }
    }
    case 'integer':
      return integers(properties)
    case 'date':
      return dates(properties, now.getTime())
    case 'injected':
      return 'injected'
  }
  throw properties.bad('type', type, 'use enum, integer, date or injected')
}

class Properties {
  private readonly table: ExternalTable
  private readonly prefix: string

  constructor(table: ExternalTable, column: string) {
    this.table = table
    this.prefix = `projection.${column}.`
  }

  get(name: string): string | undefined {
    const wanted = `${this.prefix}${name}`.toLowerCase()
    const found = Object.entries(this.table.properties).find(([k]) => k.toLowerCase() === wanted)
    return found?.[1].trim()
  }

  required(name: string): string {
    const text = this.get(name)
    if (text !== undefined && text !== '') return text
    throw new HeadrigError(
      'invalid',
      `table ${this.table.name} lacks the property ${JSON.stringify(this.prefix + name)}, which partition projection needs: add it to TBLPROPERTIES`,
    )
  }

  count(name: string): number {
    const text = this.get(name) ?? '1'
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
    throw this.bad(name, text, 'write a number above 0')
  }

  range(): readonly [string, string] {
    const text = this.required('range')
    const [first, last, ...more] = text.split(',').map((part) => part.trim())
    if (first && last && more.length === 0) return [first, last]
    throw this.bad('range', text, 'write the first and the last value with a comma between')
  }

  bad(name: string, value: string, remedy: string): HeadrigError {
    return new HeadrigError(
      'invalid',
      `table ${this.table.name}: property ${JSON.stringify(this.prefix + name)} is ${JSON.stringify(value)}: ${remedy}`,
    )
  }
}

function integers(properties: Properties): Projected {
  const [first, last] = properties.range().map((text) => {
    if (/^-?\d{1,18}$/.test(text)) return BigInt(text)
    throw properties.bad('range', text, 'write whole numbers')
  }) as [bigint, bigint]
  const step = BigInt(properties.count('interval'))
  const width = Number(properties.get('digits') ?? '0')
  if (!Number.isInteger(width) || width < 0 || width > 18) {
    throw properties.bad('digits', String(properties.get('digits')), 'write a number up to 18')
  }
  if ((last - first) / step >= BigInt(MOST_VALUES)) {
    throw properties.bad('range', `${first},${last}`, `it has more than ${MOST_VALUES} values`)
  }
  return {
    *values() {
      for (let n = first; n <= last; n += step) {
        yield `${n < 0n ? '-' : ''}${String(n < 0n ? -n : n).padStart(width, '0')}`
      }
    },
  }
}

function dates(properties: Properties, now: number): Projected {
  const pattern = datePattern(properties.required('format'))
  const given = properties.get('interval.unit')?.toLowerCase().replace(/s?$/, 's')
  const unit = DATE_UNITS.find((u) => u === (given ?? pattern.unit))
  if (!unit) throw properties.bad('interval.unit', String(given), `use ${DATE_UNITS.join(', ')}`)
  const step = properties.count('interval')
  const [from, to] = properties.range()
  const bound = (text: string): number => {
    const time = pattern.parse(text) ?? relative(text, now)
    if (time !== undefined) return time
    throw properties.bad('range', text, 'write dates in the given format, NOW, or NOW-30DAYS')
  }
  const [first, last] = [bound(from), bound(to)]
  return {
    *values() {
      let before: string | undefined
      for (let i = 0; i < MOST_VALUES; i++) {
        const time = addUnits(first, i * step, unit)
        if (time > last) return
        const text = pattern.format(time)
        if (text !== before) yield text
        before = text
      }
      throw properties.bad('range', `${from},${to}`, `it has more than ${MOST_VALUES} values`)
    },
  }
}

/** `NOW`, `NOW-3YEARS`, `NOW+1DAY`. */
function relative(text: string, now: number): number | undefined {
  const [, sign, count, word] =
    /^NOW(?:\s*([+-])\s*(\d{1,6})\s*([A-Z]+?)S?)?$/.exec(text.toUpperCase()) ?? []
  if (sign === undefined) return /^NOW$/i.test(text) ? now : undefined
  const unit = DATE_UNITS.find((u): u is DateUnit => u === `${word?.toLowerCase() ?? ''}s`)
  return unit && addUnits(now, Number(count) * (sign === '-' ? -1 : 1), unit)
}
