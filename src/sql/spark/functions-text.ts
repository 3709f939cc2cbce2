import { jsonValue, textOf } from './cast.js'
import { arg, type Call, constantNumber, constantText, type Rule, type Sql } from './emit.js'
import { re2ToJava, regexOptions, replacement } from './regex.js'
import { differs, sparkText } from './spark-text.js'
import { BINARY, BOOLEAN, common, INT, isText, LONG, STRING, type SqlType } from './sql-type.js'

const text = (sql: string): Sql => ({ sql, type: STRING })
const bool = (sql: string): Sql => ({ sql: `(${sql})`, type: BOOLEAN })

/** The same function under a name of Spark's, of texts. */
const same =
  (name: string, type: SqlType = STRING): Rule =>
  (args) => ({ sql: `${name}(${args.map(plain).join(', ')})`, type })

function plain(value: Sql): string {
  return value.type.kind === 'integer' ? value.sql : textOf(value)
}

const like =
  (not: boolean, anyCase: boolean): Rule =>
  (args) => {
    const [value, pattern] = [textOf(arg(args, 0)), arg(args, 1)]
    const escape = args[2] ? constantText(args[2], 'an escape') : unused(pattern)
    const word = `${not ? 'NOT ' : ''}${anyCase ? 'ILIKE' : 'LIKE'}`
    if (args[2] && escape.length !== 1) throw differs('an escape that is not one character')
    return bool(`${value} ${word} ${textOf(pattern)} ESCAPE ${sparkText(escape)}`)
  }

/** A character that the pattern does not hold: there is no escape unless one is named. */
function unused({ constant }: Sql): string {
  const found = ['#', '!', '~', '^', '|', '@', '\u0001'].find(
    (c) => !String(constant ?? '').includes(c),
  )
  if (typeof constant !== 'string') return '\u0001'
  if (found === undefined) throw differs('a pattern of LIKE with so many signs')
  return found
}

function pattern(value: Sql, options: Sql | undefined): string {
  const given = options ? regexOptions(constantText(options, 'options')) : {}
  return re2ToJava(constantText(value, 'a regular expression'), given)
}

const matches: Rule = (args) =>
  bool(`${textOf(arg(args, 0))} RLIKE ${sparkText(pattern(arg(args, 1), args[2]))}`)

const fullMatch: Rule = (args) => {
  const java = pattern(arg(args, 1), args[2])
  return bool(`${textOf(arg(args, 0))} RLIKE ${sparkText(`\\A(?:${java})\\z`)}`)
}

const extract: Rule = (args) => {
  const group = args[2] ? constantNumber(args[2]) : 0
  if (group === undefined) throw differs('regexp_extract of named groups')
  const java = sparkText(pattern(arg(args, 1), args[3]))
  return text(`regexp_extract(${textOf(arg(args, 0))}, ${java}, ${group})`)
}

const extractAll: Rule = (args) => {
  const group = args[2] ? constantNumber(args[2]) : 0
  if (group === undefined) throw differs('regexp_extract_all of named groups')
  const java = sparkText(pattern(arg(args, 1), args[3]))
  return {
    sql: `regexp_extract_all(${textOf(arg(args, 0))}, ${java}, ${group})`,
    type: { kind: 'list', item: STRING },
  }
}

const replace: Rule = (args) => {
  const value = textOf(arg(args, 0))
  const options = args[3] ? regexOptions(constantText(args[3], 'options')) : undefined
  const java = pattern(arg(args, 1), args[3])
  const by = constantText(args[2], 'a replacement')
  if (options?.global) {
    return text(`regexp_replace(${value}, ${sparkText(java)}, ${sparkText(replacement(by))})`)
  }
  // Only the first: with all that is before it, from the very start.
  const first = `\\A([\\s\\S]*?)(${java})`
  return text(
    `regexp_replace(${value}, ${sparkText(first)}, ${sparkText(`$1${replacement(by, 2)}`)})`,
  )
}

const concat: Rule = (args) => {
  if (args.some((a) => a.type.kind === 'list')) {
    const items = args.map((a) => `coalesce(${jsonValue(a)}, array())`)
    return { sql: `concat(${items.join(', ')})`, type: common(args.map((a) => a.type)) }
  }
  return text(`concat_ws('', ${args.map(textOf).join(', ')})`)
}

const joinedBy: Rule = (args) => text(`concat_ws(${args.map(textOf).join(', ')})`)

const substring: Rule = (args) => {
  const [value, from, length] = args
  if (value?.type.kind === 'list' || value?.type.kind === 'binary')
    throw differs('substring of that')
  const start = constantNumber(from)
  if (!value || start === undefined || start < 1) {
    throw differs('substring from a place that is no constant from 1 on')
  }
  const size = constantNumber(length)
  if (size !== undefined && size < 0) throw differs('substring of a negative length')
  return text(
    `substr(${[textOf(value), String(start), ...(length ? [length.sql] : [])].join(', ')})`,
  )
}

const side =
  (name: string): Rule =>
  (args) => {
    const size = constantNumber(args[1])
    if (size === undefined || size < 0) throw differs(`${name} of a length that is no constant`)
    return text(`${name}(${textOf(arg(args, 0))}, ${size})`)
  }

const trim =
  (where: string): Rule =>
  (args) => {
    const chars = args[1] ? textOf(args[1]) : `' '`
    return text(`TRIM(${where} ${chars} FROM ${textOf(arg(args, 0))})`)
  }

const length: Rule = (args) => {
  const value = arg(args, 0)
  if (value.type.kind === 'list' || value.type.kind === 'map') {
    return { sql: `CAST(size(${value.sql}) AS BIGINT)`, type: LONG }
  }
  return { sql: `CAST(length(${textOf(value)}) AS BIGINT)`, type: LONG }
}

const split: Rule = (args) => {
  const by = constantText(args[1], 'a separator')
  if (by === '') throw differs('string_split by nothing')
  const sql = `split(${textOf(arg(args, 0))}, ${sparkText(by.replaceAll(/[^A-Za-z0-9\s]/g, String.raw`\$&`))})`
  return { sql, type: { kind: 'list', item: STRING } }
}

const splitPart: Rule = (args) => {
  const place = constantNumber(args[2])
  if (place === undefined || place === 0) throw differs('split_part at a place that is no constant')
  const by = constantText(args[1], 'a separator')
  if (by === '') throw differs('split_part by nothing')
  return text(`split_part(${textOf(arg(args, 0))}, ${sparkText(by)}, ${place})`)
}

/** Joins texts, or lists. */
const joined: Rule = (args) => {
  const [a, b] = [arg(args, 0), arg(args, 1)]
  if (a.type.kind === 'list' || b.type.kind === 'list') return concat(args, {} as Call)
  if (a.type.kind === 'binary' || b.type.kind === 'binary') throw differs('|| of bytes')
  return text(`(${textOf(a)} || ${textOf(b)})`)
}

const contains: Rule = (args) => {
  const [value, part] = [arg(args, 0), arg(args, 1)]
  if (value.type.kind === 'list') {
    return {
      sql: `coalesce(array_contains(${value.sql}, ${jsonValue(part)}), false)`,
      type: BOOLEAN,
    }
  }
  return bool(`contains(${textOf(value)}, ${textOf(part)})`)
}

const cased =
  (name: string): Rule =>
  (args) => {
    const value = arg(args, 0)
    return isText(value.type)
      ? text(`${name}(${jsonValue(value)})`)
      : text(`${name}(${textOf(value)})`)
  }

/** Of text, and of what is made text. */
export const TEXT_FUNCTIONS: Readonly<Record<string, Rule>> = {
  '~~': like(false, false),
  '!~~': like(true, false),
  '~~*': like(false, true),
  '!~~*': like(true, true),
  like_escape: like(false, false),
  not_like_escape: like(true, false),
  ilike_escape: like(false, true),
  not_ilike_escape: like(true, true),
  '||': joined,
  concat,
  concat_ws: joinedBy,
  contains,
  lower: cased('lower'),
  lcase: cased('lower'),
  upper: cased('upper'),
  ucase: cased('upper'),
  length,
  len: length,
  char_length: length,
  character_length: length,
  strlen: (args) => ({ sql: `CAST(octet_length(${textOf(arg(args, 0))}) AS BIGINT)`, type: LONG }),
  substring,
  substr: substring,
  left: side('left'),
  right: side('right'),
  trim: trim('BOTH'),
  ltrim: trim('LEADING'),
  rtrim: trim('TRAILING'),
  replace: same('replace'),
  reverse: same('reverse'),
  repeat: same('repeat'),
  lpad: same('lpad'),
  rpad: same('rpad'),
  translate: same('translate'),
  ascii: same('ascii', INT),
  ord: same('ascii', INT),
  unicode: same('ascii', INT),
  chr: (args) => text(sparkText(character(constantNumber(args[0])))),
  starts_with: same('startswith', BOOLEAN),
  prefix: same('startswith', BOOLEAN),
  ends_with: same('endswith', BOOLEAN),
  suffix: same('endswith', BOOLEAN),
  strpos: (args) => ({
    sql: `CAST(instr(${textOf(arg(args, 0))}, ${textOf(arg(args, 1))}) AS BIGINT)`,
    type: LONG,
  }),
  instr: (args) => ({
    sql: `CAST(instr(${textOf(arg(args, 0))}, ${textOf(arg(args, 1))}) AS BIGINT)`,
    type: LONG,
  }),
  position: (args) => ({
    sql: `CAST(instr(${textOf(arg(args, 0))}, ${textOf(arg(args, 1))}) AS BIGINT)`,
    type: LONG,
  }),
  split_part: splitPart,
  string_split: split,
  str_split: split,
  split,
  regexp_matches: matches,
  regexp_full_match: fullMatch,
  regexp_extract: extract,
  regexp_extract_all: extractAll,
  regexp_replace: replace,
  md5: (args) => text(`md5(${textOf(arg(args, 0))})`),
  sha256: (args) => text(`sha2(${textOf(arg(args, 0))}, 256)`),
  encode: (args) => ({ sql: `encode(${textOf(arg(args, 0))}, 'utf-8')`, type: BINARY }),
  to_base64: (args) => text(`base64(${arg(args, 0).sql})`),
  base64: (args) => text(`base64(${arg(args, 0).sql})`),
  from_base64: (args) => ({ sql: `unbase64(${textOf(arg(args, 0))})`, type: BINARY }),
  hex: (args) => text(`hex(${jsonValue(arg(args, 0))})`),
  typeof: (args) => text(sparkText(typeName(arg(args, 0).type))),
}

function character(code: number | undefined): string {
  if (code === undefined || code < 1) throw differs('chr of what is no constant')
  return String.fromCodePoint(code)
}

function typeName(type: SqlType): string {
  const names: Readonly<Record<string, string>> = {
    string: 'VARCHAR',
    timestamptz: 'TIMESTAMP WITH TIME ZONE',
    null: '"NULL"',
  }
  if (/^(?:list|struct|map|decimal|integer|other)$/.test(type.kind)) {
    throw differs(`the name of the type ${type.kind}`)
  }
  return names[type.kind] ?? type.kind.toUpperCase()
}
