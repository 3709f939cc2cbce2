import { didYouMean } from '../../core/closest.js'
import { HeadrigError } from '../../core/errors.js'
import { GROK_PATTERNS } from './grok-patterns.js'

export interface CompiledGrok {
  /** A regular expression for a whole line. */
  readonly pattern: string
  /** What each of its groups is called, in order; undefined: a group of a custom pattern. */
  readonly names: readonly (string | undefined)[]
}

/** Patterns name patterns no deeper, and grow no longer. */
const MOST_LEVELS = 32
const LONGEST = 100_000

/**
 * A Grok expression as a regular expression: `%{NAME:column}` captures what the pattern NAME matches.
 * `custom`: patterns of the user's own, a line each: the name, a blank, the pattern.
 * Throws `invalid` for a pattern that is not known or that names itself.
 * @example compileGrok('%{WORD:verb} %{INT:size}').names // ['verb', 'size']
 */
export function compileGrok(expression: string, custom = ''): CompiledGrok {
  const own = new Map(
    custom.split('\n').flatMap((line) => {
      const [, name, pattern] = /^\s*(\w+)\s+(.*?)\r?$/.exec(line) ?? []
      return name !== undefined && pattern !== undefined ? [[name, pattern] as const] : []
    }),
  )
  const names: (string | undefined)[] = []
  let length = 0
  const expand = (text: string, within: readonly string[]): string =>
    text.replaceAll(
      /%\{(\w+)(?::([\w.@-]+))?(?::\w+)?\}|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\((?!\?)|\(\?<(?![=!])\w+>/g,
      (piece, name?: string, column?: string) => {
        if (name === undefined) {
          if (piece.startsWith('(')) names.push(/<(\w+)>/.exec(piece)?.[1])
          return piece.startsWith('(?<') ? '(' : piece
        }
        const pattern = own.get(name) ?? GROK_PATTERNS[name]
        if (pattern === undefined) {
          throw new HeadrigError(
            'invalid',
            `there is no grok pattern ${JSON.stringify(name)}${didYouMean(name, [...own.keys(), ...Object.keys(GROK_PATTERNS)])}: define it in input.grokCustomPatterns`,
          )
        }
        length += pattern.length
        if (within.includes(name) || within.length > MOST_LEVELS || length > LONGEST) {
          throw new HeadrigError(
            'invalid',
            `the grok pattern ${JSON.stringify(name)} names itself, or grows too long`,
          )
        }
        if (column !== undefined) names.push(column)
        const inner = expand(pattern, [...within, name])
        return column === undefined ? `(?:${inner})` : `(${inner})`
      },
    )
  return { pattern: expand(expression, []), names }
}
