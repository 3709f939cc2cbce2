import { HeadrigError } from '../../core/errors.js'
import type { ExternalTable } from '../external-table.js'
import { compileGrok } from './grok.js'
import { flag, property, type SerDe, skipLines } from './serde.js'

export const regex: SerDe = {
  classes: [
    'org.apache.hadoop.hive.serde2.RegexSerDe',
    'org.apache.hadoop.hive.contrib.serde2.RegexSerDe',
  ],
  properties: [
    'input.regex',
    'input.regex.case.insensitive',
    'output.format.string',
    'serialization.format',
    'skip.header.line.count',
  ],
  reader(table) {
    const given = required(table, 'input.regex')
    // AWS's own examples skip comments so; it is the one look-ahead that needs none.
    const [not, notFirst] = /^\^?\(\?!([^\\.[\](){}*+?|^$])\)/.exec(given) ?? []
    const pattern = given.slice(not?.length ?? 0)
    const groups = groupCount(table, pattern)
    if (groups !== table.columns.length) {
      throw new HeadrigError(
        'invalid',
        `table ${table.name}: "input.regex" has ${groups} groups in parentheses for ${table.columns.length} columns: give each column one, and write (?:…) for parentheses that only group`,
      )
    }
    return {
      kind: 'regex',
      pattern,
      caseInsensitive: flag(table, 'input.regex.case.insensitive', false),
      groups: table.columns.map((_, i) => i + 1),
      skipLines: skipLines(table),
      ...(notFirst === undefined ? {} : { notFirst }),
    }
  },
}

export const grok: SerDe = {
  classes: ['com.amazonaws.glue.serde.GrokSerDe'],
  properties: [
    'input.format',
    'input.grokCustomPatterns',
    'serialization.format',
    'skip.header.line.count',
  ],
  reader(table) {
    const custom = property(table, 'input.grokCustomPatterns') ?? ''
    const { pattern, names } = compileGrok(required(table, 'input.format'), custom)
    const lower = names.map((n) => n?.toLowerCase())
    return {
      kind: 'regex',
      pattern,
      caseInsensitive: false,
      groups: table.columns.map((c) => lower.indexOf(c.name) + 1),
      skipLines: skipLines(table),
    }
  },
}

function required(table: ExternalTable, name: string): string {
  const text = property(table, name)
  if (text !== undefined && text !== '') return text
  throw new HeadrigError(
    'invalid',
    `table ${table.name}: its SerDe needs the property ${JSON.stringify(name)}: add it to WITH SERDEPROPERTIES`,
  )
}

/** How many groups a pattern captures: an opening parenthesis that is neither escaped, nor in a set, nor `(?`. */
function groupCount(table: ExternalTable, pattern: string): number {
  const unsupported = /(?<!\\)(?:\\\\)*\(\?(?:<?[=!]|>)/.exec(pattern)
  if (unsupported) {
    throw new HeadrigError(
      'invalid',
      `table ${table.name}: "input.regex" looks ahead or behind with ${JSON.stringify(unsupported[0])}, which is not supported: write the pattern without it`,
    )
  }
  const parts = pattern.match(/\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\(\?P?<[A-Za-z]|\(\?|\(/g)
  return (parts ?? []).filter((p) => p === '(' || /^\(\?P?</.test(p)).length
}
