import { differs } from './spark-text.js'

const POSIX: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-/:-@\\[-`{-~',
  space: '\\t\\n\\x0B\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

/** DuckDB's letters for options of regular expressions that have a counterpart. */
export interface RegexOptions {
  readonly ignoreCase?: boolean
  /** A dot is any character but a line feed. */
  readonly lines?: boolean
}

/**
 * A regular expression of RE2, as DuckDB has them, for Java's engine, with the same matches: `$` is the
 * very end, `.` and `\s` mean the same characters, brackets in brackets are characters. The pattern is
 * one that RE2 takes; what Java reads in another way and has no spelling for is refused.
 * @example re2ToJava('^a[[:digit:]]$') // '(?d)^a[0-9]\\z'
 */
export function re2ToJava(pattern: string, options: RegexOptions = {}): string {
  const flags = `d${options.ignoreCase ? 'iu' : ''}${options.lines ? '' : ''}`
  let out = `(?${flags})`
  let rest = pattern
  let multiline = false
  const take = (match: RegExpExecArray | null): string | undefined => {
    if (match) rest = rest.slice(match[0].length)
    return match?.[0]
  }
  while (rest !== '') {
    const quoted = take(/^\\Q[\s\S]*?(?:\\E|$)/.exec(rest))
    if (quoted !== undefined) {
      out += escaped(quoted.slice(2).replace(/\\E$/, ''))
      continue
    }
    const group = take(/^\(\?(?:P?<\w+>|[a-zA-Z]*(?:-[a-zA-Z]+)?[:)])/.exec(rest))
    if (group !== undefined) {
      const named = /^\(\?P?<(\w+)>/.exec(group)?.[1]
      if (named !== undefined) {
        if (named.includes('_')) throw differs(`a group called ${named} in a regular expression`)
        out += `(?<${named}>`
        continue
      }
      if (/U/.test(group)) throw differs('the flag U of a regular expression')
      if (/^[^-]*m/.test(group)) multiline = true
      out += group.replace(/^([^-]*)i/, '$1iu')
      continue
    }
    if (rest.startsWith('(?')) throw differs(`${rest.slice(0, 4)} in a regular expression`)
    const set = rest.startsWith('[') ? readSet(rest) : undefined
    if (set) {
      out += set.text
      rest = rest.slice(set.length)
      continue
    }
    const escape = take(
      /^\\(?:[pP](?:\{\^?\w+\}|\w)|x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|[\s\S])/.exec(rest),
    )
    if (escape !== undefined) {
      out += outside(escape)
      continue
    }
    const brace = rest.startsWith('{') && !/^\{\d+(?:,\d*)?\}/.test(rest)
    const char = rest.charAt(0)
    rest = rest.slice(1)
    out += brace ? '\\{' : char === '$' && !multiline ? '\\z' : char
  }
  return out
}

const escaped = (text: string): string => text.replaceAll(/[^A-Za-z0-9\s]/g, String.raw`\$&`)

const SPACE = '\\t\\n\\f\\r '

function outside(escape: string): string {
  if (escape === '\\s') return `[${SPACE}]`
  if (escape === '\\S') return `[^${SPACE}]`
  return shared(escape)
}

function shared(escape: string): string {
  if (escape === '\\v') return '\\x0B'
  if (escape === '\\C') throw differs('\\C in a regular expression')
  if (/^\\[0-7]/.test(escape)) return `\\0${escape.slice(1)}`
  const negated = /^\\([pP])\{\^(\w+)\}$/.exec(escape)
  if (negated) return `\\${negated[1] === 'p' ? 'P' : 'p'}{${negated[2]}}`
  const script = /^\\[pP]\{(\w{3,})\}$/.exec(escape)
  if (script) return escape.replace('{', '{Is')
  return escape
}

/** A set in brackets; the signs that only Java reads in it are escaped. */
function readSet(text: string): { readonly text: string; readonly length: number } {
  let at = 1
  let out = '['
  if (text[at] === '^') {
    out += '^'
    at++
  }
  let first = true
  for (;;) {
    const rest = text.slice(at)
    if (rest === '') throw differs('an open bracket in a regular expression')
    if (rest.startsWith(']') && !first) return { text: `${out}]`, length: at + 1 }
    first = false
    const posix = /^\[:(\^?)(\w+):\]/.exec(rest)
    if (posix) {
      const set = POSIX[posix[2] ?? '']
      if (set === undefined) throw differs(`${posix[0]} in a regular expression`)
      out += posix[1] ? `[^${set}]` : set
      at += posix[0].length
      continue
    }
    const escape =
      /^\\(?:[pP](?:\{\^?\w+\}|\w)|x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|[\s\S])/.exec(rest)
    if (escape) {
      out += escape[0] === '\\s' ? SPACE : escape[0] === '\\S' ? `[^${SPACE}]` : shared(escape[0])
      at += escape[0].length
      continue
    }
    const char = rest.charAt(0)
    out += /[[\]&^~]/.test(char) ? `\\${char}` : char
    at++
  }
}

/** The options of DuckDB's functions, such as `i`; `global` is that of `regexp_replace`. */
export function regexOptions(text: string): RegexOptions & { readonly global: boolean } {
  for (const letter of text) {
    if (!'cig'.includes(letter)) throw differs(`the option ${letter} of a regular expression`)
  }
  return { ignoreCase: text.lastIndexOf('i') > text.lastIndexOf('c'), global: text.includes('g') }
}

/** What `regexp_replace` puts there, groups (the whole match is 0) counted up by `shift`. */
export function replacement(text: string, shift = 0): string {
  return text
    .replaceAll(/\\(\d)|\\\\|[\\$]/g, (found, group: string | undefined) => {
      if (group !== undefined) return `\${g${Number(group) + shift}}`
      return found === '\\\\' ? '\\\\' : `\\${found}`
    })
    .replaceAll(/\$\{g(\d+)\}(\d?)/g, (_, group: string, digit: string) =>
      digit === '' ? `$${group}` : `$${group}\\${digit}`,
    )
}
