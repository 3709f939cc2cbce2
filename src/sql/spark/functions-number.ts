import { cast, jsonValue } from './cast.js'
import { arg, constantNumber, type Rule, type Sql } from './emit.js'
import { differs } from './spark-text.js'
import {
  BOOLEAN,
  common,
  DATE,
  DOUBLE,
  INT,
  INTERVAL,
  isNumber,
  LONG,
  NULL,
  type SqlType,
  TIMESTAMP,
} from './sql-type.js'

const double = (value: Sql): string =>
  value.type.kind === 'double' ? value.sql : cast(value, DOUBLE, false).sql

const inDoubles =
  (name: string, guard?: (x: string) => string): Rule =>
  (args) => {
    const texts = args.map(double)
    const sql = `${name}(${texts.join(', ')})`
    const wrong = guard?.(texts[0] ?? '')
    return {
      sql: wrong
        ? `CASE WHEN ${wrong} THEN raise_error('${name} is not defined there') ELSE ${sql} END`
        : sql,
      type: DOUBLE,
    }
  }

const isTime = ({ kind }: SqlType): boolean => /^(?:date|timestamp|timestamptz)$/.test(kind)

/** `+`, `-` and `*`: of numbers, and of times. */
const sign =
  (op: '+' | '-' | '*'): Rule =>
  (args) => {
    const [a, b] = [arg(args, 0), args[1]]
    if (!b) return { sql: `(${op}${a.sql})`, type: a.type }
    const text = `(${jsonValue(a)} ${op} ${jsonValue(b)})`
    if (isTime(a.type) || isTime(b.type))
      return { sql: ofTimes(op, a, b), type: timeType(op, a, b) }
    if (a.type.kind === 'interval' || b.type.kind === 'interval')
      return { sql: text, type: INTERVAL }
    if (!fits(a.type) || !fits(b.type)) throw differs(`${a.type.kind} ${op} ${b.type.kind}`)
    return { sql: text, type: common([a.type, b.type, ...(op === '*' ? [] : [])]) }
  }

const fits = (type: SqlType): boolean => isNumber(type) || type.kind === 'null'

function ofTimes(op: string, a: Sql, b: Sql): string {
  if (a.type.kind === 'date' && b.type.kind === 'date' && op === '-')
    return `CAST(datediff(${a.sql}, ${b.sql}) AS BIGINT)`
  const interval = a.type.kind === 'interval' || b.type.kind === 'interval'
  const whole = a.type.kind === 'date' && b.type.kind === 'integer'
  if (whole) return `(${a.sql} ${op} CAST(${b.sql} AS INT))`
  if (!interval || op === '*') throw differs(`${a.type.kind} ${op} ${b.type.kind}`)
  const [time, text] = [a, b].map((v) =>
    v.type.kind === 'date' ? `CAST(${v.sql} AS TIMESTAMP)` : v.sql,
  )
  return `(${time} ${op} ${text})`
}

function timeType(op: string, a: Sql, b: Sql): SqlType {
  if (a.type.kind === 'date' && b.type.kind === 'date' && op === '-') return LONG
  if (a.type.kind === 'date' && b.type.kind === 'integer') return DATE
  const time = isTime(a.type) ? a.type : b.type
  return time.kind === 'date' ? TIMESTAMP : time
}

const divide: Rule = (args, { env }) => {
  const [a, b] = [arg(args, 0), arg(args, 1)]
  if (env.all.integerDivision && a.type.kind === 'integer' && b.type.kind === 'integer') {
    return wholeDivide(args, {} as never)
  }
  const [x, y] = [double(a), double(b)]
  const known = constantNumber(b)
  if (known !== undefined && known !== 0) return { sql: `(${x} / ${y})`, type: DOUBLE }
  const zero = `CASE WHEN ${x} > 0 THEN double('Infinity') WHEN ${x} < 0 THEN double('-Infinity') WHEN ${x} IS NOT NULL THEN double('NaN') END`
  return { sql: `(CASE WHEN ${y} = 0 THEN ${zero} ELSE try_divide(${x}, ${y}) END)`, type: DOUBLE }
}

const wholeDivide: Rule = (args) => {
  const [a, b] = [arg(args, 0), arg(args, 1)]
  if (a.type.kind !== 'integer' || b.type.kind !== 'integer')
    throw differs('// of other than whole numbers')
  return { sql: `(${a.sql} div nullif(${b.sql}, 0))`, type: LONG }
}

const modulo: Rule = (args) => {
  const [a, b] = [arg(args, 0), arg(args, 1)]
  if (!isNumber(a.type) || !isNumber(b.type)) throw differs('% of other than numbers')
  if (/double|float/.test(a.type.kind + b.type.kind)) throw differs('% of fractions')
  return { sql: `(${a.sql} % nullif(${b.sql}, 0))`, type: common([a.type, b.type]) }
}

const bits =
  (op: string): Rule =>
  (args) => {
    const [a, b] = [arg(args, 0), arg(args, 1)]
    if (a.type.kind !== 'integer' || b.type.kind !== 'integer')
      throw differs(`${op} of other than whole numbers`)
    return { sql: `(${a.sql} ${op} ${b.sql})`, type: common([a.type, b.type]) }
  }

const shift =
  (name: string): Rule =>
  (args) => ({
    sql: `${name}(CAST(${arg(args, 0).sql} AS BIGINT), CAST(${arg(args, 1).sql} AS INT))`,
    type: LONG,
  })

const round: Rule = (args) => {
  const value = arg(args, 0)
  const digits = args[1] ? constantNumber(args[1]) : 0
  if (digits === undefined || digits < 0 || digits > 15)
    throw differs('round to digits that are no constant')
  if (value.type.kind === 'integer') return value
  if (value.type.kind === 'decimal') {
    const scale = Math.min(digits, value.type.scale)
    return { sql: `round(${value.sql}, ${digits})`, type: { ...value.type, scale } }
  }
  const x = double(value)
  if (digits === 0) return { sql: `round(${x}, 0)`, type: DOUBLE }
  return { sql: `(round(${x} * 1e${digits}D, 0) / 1e${digits}D)`, type: DOUBLE }
}

const wholePart =
  (name: string): Rule =>
  (args) => {
    const value = arg(args, 0)
    if (value.type.kind === 'integer') return value
    if (value.type.kind === 'decimal') {
      return { sql: `${name}(${value.sql})`, type: { ...value.type, scale: 0 } }
    }
    const x = double(value)
    const sql = `CASE WHEN abs(${x}) < 4e15D THEN CAST(${name}(${x}) AS DOUBLE) ELSE ${x} END`
    return { sql, type: DOUBLE }
  }

const truncated: Rule = (args) => {
  const value = arg(args, 0)
  if (value.type.kind === 'integer') return value
  const x = double(value)
  return {
    sql: `CASE WHEN abs(${x}) < 4e15D THEN CAST(CAST(${x} AS BIGINT) AS DOUBLE) ELSE ${x} END`,
    type: DOUBLE,
  }
}

const choice =
  (name: string): Rule =>
  (args) => ({
    sql: `${name}(${args.map(jsonValue).join(', ')})`,
    type: common(args.map((a) => a.type)),
  })

/** Of numbers, and of any values alike. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, Rule>> = {
  '+': sign('+'),
  '-': sign('-'),
  '*': sign('*'),
  add: sign('+'),
  subtract: sign('-'),
  multiply: sign('*'),
  '/': divide,
  '//': wholeDivide,
  '%': modulo,
  mod: modulo,
  '&': bits('&'),
  '|': bits('|'),
  xor: bits('^'),
  '<<': shift('shiftleft'),
  '>>': shift('shiftright'),
  '~': (args) => ({ sql: `(~${arg(args, 0).sql})`, type: arg(args, 0).type }),
  '**': inDoubles('power'),
  '^': inDoubles('power'),
  pow: inDoubles('power'),
  power: inDoubles('power'),
  sqrt: inDoubles('sqrt', (x) => `${x} < 0`),
  ln: inDoubles('ln', (x) => `${x} <= 0`),
  log: inDoubles('log10', (x) => `${x} <= 0`),
  log10: inDoubles('log10', (x) => `${x} <= 0`),
  log2: inDoubles('log2', (x) => `${x} <= 0`),
  exp: inDoubles('exp'),
  sin: inDoubles('sin'),
  cos: inDoubles('cos'),
  tan: inDoubles('tan'),
  atan2: inDoubles('atan2'),
  radians: inDoubles('radians'),
  degrees: inDoubles('degrees'),
  pi: () => ({ sql: 'pi()', type: DOUBLE }),
  abs: (args) => ({ sql: `abs(${arg(args, 0).sql})`, type: arg(args, 0).type }),
  '@': (args) => ({ sql: `abs(${arg(args, 0).sql})`, type: arg(args, 0).type }),
  sign: (args) => ({ sql: `CAST(sign(${arg(args, 0).sql}) AS INT)`, type: INT }),
  bit_count: (args) => ({ sql: `bit_count(${arg(args, 0).sql})`, type: INT }),
  round,
  ceil: wholePart('ceil'),
  ceiling: wholePart('ceil'),
  floor: wholePart('floor'),
  trunc: truncated,
  isnan: (args) => ({ sql: `isnan(${double(arg(args, 0))})`, type: BOOLEAN }),
  greatest: choice('greatest'),
  least: choice('least'),
  ifnull: choice('coalesce'),
  nullif: (args) => ({ sql: `nullif(${args.map(jsonValue).join(', ')})`, type: arg(args, 0).type }),
  if: (args) => ({
    sql: `if(${args.map(jsonValue).join(', ')})`,
    type: common(args.slice(1).map((a) => a.type)),
  }),
  random: () => ({ sql: 'rand()', type: DOUBLE }),
  error: (args) => ({ sql: `raise_error(${jsonValue(arg(args, 0))})`, type: NULL }),
}
