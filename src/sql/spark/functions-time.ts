import { cast, textOf } from './cast.js'
import { arg, constantText, type Rule, type Sql } from './emit.js'
import { intervalParts } from './intervals.js'
import { javaFormat } from './java-time.js'
import { differs, sparkText } from './spark-text.js'
import {
  DATE,
  DOUBLE,
  INTERVAL,
  LONG,
  STRING,
  TIMESTAMP,
  TIMESTAMPTZ,
  type SqlType,
} from './sql-type.js'

const isTime = ({ kind }: SqlType): boolean => /^(?:date|timestamp|timestamptz)$/.test(kind)

/** As a TIMESTAMP; a literal text is one of time, as DuckDB reads it there. */
function time(value: Sql): string {
  if (value.type.kind === 'timestamp' || value.type.kind === 'timestamptz') return value.sql
  if (value.type.kind === 'date' || value.constant !== undefined)
    return cast(value, TIMESTAMP, false).sql
  if (value.type.kind === 'null') return 'CAST(NULL AS TIMESTAMP)'
  throw differs(`a time from ${value.type.kind}`)
}

const UNITS = [
  'microsecond',
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
] as const

function unitOf(value: Sql | undefined): (typeof UNITS)[number] {
  const text = constantText(value, 'a unit of time').toLowerCase().replace(/s$/, '')
  const short: Readonly<Record<string, string>> = {
    min: 'minute',
    hr: 'hour',
    h: 'hour',
    sec: 'second',
    m: 'minute',
    d: 'day',
    y: 'year',
    yr: 'year',
    mon: 'month',
    w: 'week',
  }
  const found = UNITS.find((u) => u === (short[text] ?? text))
  if (!found) throw differs(`the unit ${text}`)
  return found
}

const truncate: Rule = (args) => {
  const value = arg(args, 1)
  const type = value.type.kind === 'timestamptz' ? TIMESTAMPTZ : TIMESTAMP
  return { sql: `date_trunc('${unitOf(args[0])}', ${time(value)})`, type }
}

const PARTS: Readonly<Record<string, (t: string) => string>> = {
  year: (t) => `year(${t})`,
  month: (t) => `month(${t})`,
  day: (t) => `day(${t})`,
  hour: (t) => `hour(${t})`,
  minute: (t) => `minute(${t})`,
  second: (t) => `second(${t})`,
  quarter: (t) => `quarter(${t})`,
  week: (t) => `weekofyear(${t})`,
  weekofyear: (t) => `weekofyear(${t})`,
  doy: (t) => `dayofyear(${t})`,
  dayofyear: (t) => `dayofyear(${t})`,
  dow: (t) => `(dayofweek(${t}) - 1)`,
  dayofweek: (t) => `(dayofweek(${t}) - 1)`,
  weekday: (t) => `(dayofweek(${t}) - 1)`,
  isodow: (t) => `(weekday(${t}) + 1)`,
  isoyear: (t) => `extract(YEAROFWEEK FROM ${t})`,
  dayofmonth: (t) => `day(${t})`,
  millisecond: (t) => `(unix_millis(${t}) - unix_millis(date_trunc('minute', ${t})))`,
  microsecond: (t) => `(unix_micros(${t}) - unix_micros(date_trunc('minute', ${t})))`,
}

function part(name: string, value: Sql): Sql {
  if (!isTime(value.type)) throw differs(`${name} of ${value.type.kind}`)
  if (name === 'epoch') return { sql: `(unix_micros(${time(value)}) / 1e6D)`, type: DOUBLE }
  const rule = PARTS[name] ?? PARTS[name.replace(/s$/, '')]
  if (!rule) throw differs(`the part ${name} of a time`)
  return { sql: `CAST(${rule(time(value))} AS BIGINT)`, type: LONG }
}

const partOf =
  (name: string): Rule =>
  (args) =>
    part(name, arg(args, 0))

/** Counts the borders of units that lie between. */
const difference: Rule = (args) => {
  const unit = unitOf(args[0])
  const [from, to] = [time(arg(args, 1)), time(arg(args, 2))].map(
    (t) => `date_trunc('${unit}', ${t})`,
  )
  return { sql: `timestampdiff(${unit.toUpperCase()}, ${from}, ${to})`, type: LONG }
}

/** Counts whole units. */
const distance: Rule = (args) => ({
  sql: `timestampdiff(${unitOf(args[0]).toUpperCase()}, ${time(arg(args, 1))}, ${time(arg(args, 2))})`,
  type: LONG,
})

const format: Rule = (args) => {
  const [value, pattern] =
    arg(args, 0).type.kind === 'string' ? [arg(args, 1), args[0]] : [arg(args, 0), args[1]]
  const java = javaFormat(constantText(pattern, 'a time format'), value.type.kind === 'timestamptz')
  return { sql: `date_format(${time(value)}, ${sparkText(java)})`, type: STRING }
}

const parse =
  (name: string): Rule =>
  (args) => {
    const pattern = constantText(args[1], 'a time format')
    if (/%z/i.test(pattern)) throw differs('a zone in a time format that is read')
    return {
      sql: `${name}(${textOf(arg(args, 0))}, ${sparkText(javaFormat(pattern))})`,
      type: TIMESTAMP,
    }
  }

const fromSeconds: Rule = (args) => {
  const value = arg(args, 0)
  const whole = value.type.kind === 'integer'
  const sql = whole
    ? `timestamp_seconds(${value.sql})`
    : `timestamp_micros(CAST(round(CAST(${value.sql} AS DOUBLE) * 1e6D, 0) AS BIGINT))`
  return { sql, type: TIMESTAMPTZ }
}

/** Milliseconds since 1970 as a time, or of one. */
const millis: Rule = (args) => {
  const value = arg(args, 0)
  return value.type.kind === 'integer'
    ? { sql: `timestamp_millis(${value.sql})`, type: TIMESTAMP }
    : { sql: `unix_millis(${time(value)})`, type: LONG }
}

const ORIGIN = 946_857_600_000_000n

/** Buckets start at the first Monday of 2000. */
const bucket: Rule = (args, { children }) => {
  const given = children[0]
  const text =
    given?.class === 'CAST'
      ? (given['child'] as { value?: { value?: unknown } }).value?.value
      : undefined
  const size = typeof text === 'string' ? intervalParts(text) : widthOf(arg(args, 0))
  if (args.length > 2 || size.months !== 0 || size.micros <= 0)
    throw differs('time_bucket of months or from another start')
  const value = arg(args, 1)
  const micros = `unix_micros(${time(value)})`
  return {
    sql: `timestamp_micros(${micros} - pmod(${micros} - ${ORIGIN}L, ${size.micros}L))`,
    type: value.type.kind === 'timestamptz' ? TIMESTAMPTZ : TIMESTAMP,
  }
}

/** Of an interval that was written as a number of units. */
function widthOf({ sql }: Sql): { readonly months: number; readonly micros: number } {
  const seconds = /^make_dt_interval\(0, 0, 0, (\d+(?:\.\d+)?)\)$/.exec(sql)?.[1]
  if (seconds === undefined) throw differs('time_bucket of a width that is no constant')
  return { months: 0, micros: Math.round(Number(seconds) * 1e6) }
}

const span =
  (seconds: number): Rule =>
  (_, { children }) => {
    // Behind the casts that DuckDB's parser puts around the number.
    let node = children[0]
    while (node && node.class !== 'CONSTANT') {
      node = (
        node.class === 'CAST' ? node['child'] : (node['children'] as unknown[] | undefined)?.[0]
      ) as typeof node
    }
    const amount = Number((node?.['value'] as { value?: unknown } | undefined)?.value)
    if (!node || !Number.isFinite(amount))
      throw differs('an interval of a number that is no constant')
    const total = amount * Math.abs(seconds)
    return seconds < 0
      ? { sql: `make_ym_interval(0, ${Math.trunc(total)})`, type: INTERVAL }
      : { sql: `make_dt_interval(0, 0, 0, ${total.toFixed(6)})`, type: INTERVAL }
  }

const zone: Rule = (args) => {
  const value = arg(args, 1)
  const name = constantText(args[0], 'a time zone')
  if (!/^[A-Za-z]+(?:\/[A-Za-z_+0-9-]+)*$/.test(name)) throw differs(`the time zone ${name}`)
  return value.type.kind === 'timestamptz'
    ? { sql: `from_utc_timestamp(${value.sql}, '${name}')`, type: TIMESTAMP }
    : { sql: `to_utc_timestamp(${time(value)}, '${name}')`, type: TIMESTAMPTZ }
}

/** Of days and times. */
export const TIME_FUNCTIONS: Readonly<Record<string, Rule>> = {
  date_trunc: truncate,
  datetrunc: truncate,
  date_part: (args) => part(constantText(args[0], 'a part of a time').toLowerCase(), arg(args, 1)),
  datepart: (args) => part(constantText(args[0], 'a part of a time').toLowerCase(), arg(args, 1)),
  ...Object.fromEntries(Object.keys(PARTS).map((name) => [name, partOf(name)])),
  epoch: partOf('epoch'),
  epoch_ms: millis,
  epoch_us: (args) => ({ sql: `unix_micros(${time(arg(args, 0))})`, type: LONG }),
  date_diff: difference,
  datediff: difference,
  date_sub: distance,
  datesub: distance,
  strftime: format,
  strptime: parse('to_timestamp'),
  try_strptime: parse('try_to_timestamp'),
  to_timestamp: fromSeconds,
  time_bucket: bucket,
  make_date: (args) => ({ sql: `make_date(${args.map((a) => a.sql).join(', ')})`, type: DATE }),
  make_timestamp: (args) => {
    if (args.length !== 1) throw differs('make_timestamp of parts')
    return { sql: `timestamp_micros(${arg(args, 0).sql})`, type: TIMESTAMP }
  },
  last_day: (args) => ({ sql: `last_day(${arg(args, 0).sql})`, type: DATE }),
  now: () => ({ sql: 'now()', type: TIMESTAMPTZ }),
  get_current_timestamp: () => ({ sql: 'now()', type: TIMESTAMPTZ }),
  current_timestamp: () => ({ sql: 'now()', type: TIMESTAMPTZ }),
  current_date: () => ({ sql: 'current_date()', type: DATE }),
  today: () => ({ sql: 'current_date()', type: DATE }),
  timezone: zone,
  to_years: span(-12),
  to_quarters: span(-3),
  to_months: span(-1),
  to_weeks: span(604_800),
  to_days: span(86_400),
  to_hours: span(3600),
  to_minutes: span(60),
  to_seconds: span(1),
  to_milliseconds: span(0.001),
}
