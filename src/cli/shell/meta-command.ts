import { didYouMean } from '../../core/closest.js'
import { HeadrigError } from '../../core/errors.js'
import { DIALECTS, type Dialect } from '../flags/dialects.js'
import { OUTPUT_FORMATS, type OutputFormat } from '../flags/output-flags.js'

/** A line that speaks to the shell instead of the lake. */
export type MetaCommand =
  | { readonly kind: 'quit' }
  | { readonly kind: 'help' }
  | { readonly kind: 'tables' }
  | { readonly kind: 'describe'; readonly table: string }
  | { readonly kind: 'timing'; readonly on: boolean | undefined }
  | { readonly kind: 'expanded'; readonly on: boolean | undefined }
  | { readonly kind: 'format'; readonly format: OutputFormat }
  | { readonly kind: 'dialect'; readonly dialect: Dialect }

export const META_HELP = `\\d                list the tables
\\d <table>        show the columns of a table
\\format <name>    how rows are written: table, json, ndjson, csv, markdown
\\x [on|off]       one line for each value
\\timing [on|off]  tell how long each query took
\\dialect <name>   the SQL you write: ${DIALECTS.join(', ')}
\\q                leave (or Ctrl-D)
Everything else is SQL, up to a ; which may be on a later line.
`

/** Reads a line that starts with a backslash. Throws `invalid` for anything unknown. */
export function parseMeta(line: string): MetaCommand {
  const [command = '', argument = ''] = line.trim().replace(/;$/, '').split(/\s+/)
  switch (command) {
    case '\\q':
      return { kind: 'quit' }
    case '\\?':
    case '\\h':
      return { kind: 'help' }
    case '\\d':
      return argument === '' ? { kind: 'tables' } : { kind: 'describe', table: argument }
    case '\\timing':
      return { kind: 'timing', on: onOff(argument) }
    case '\\x':
      return { kind: 'expanded', on: onOff(argument) }
    case '\\format':
      return {
        kind: 'format',
        format: oneOf(
          argument,
          OUTPUT_FORMATS.filter((f) => f !== 'parquet'),
        ),
      }
    case '\\dialect':
      return { kind: 'dialect', dialect: oneOf(argument, DIALECTS) }
    default:
      throw new HeadrigError('invalid', `unknown command ${command}: \\? lists them`)
  }
}

function onOff(word: string): boolean | undefined {
  return word === '' ? undefined : oneOf(word, ['on', 'off'] as const) === 'on'
}

function oneOf<T extends string>(word: string, words: readonly T[]): T {
  const found = words.find((w) => w === word)
  if (found !== undefined) return found
  throw new HeadrigError(
    'invalid',
    `${JSON.stringify(word)} is none of ${words.join(', ')}${didYouMean(word, words)}`,
  )
}
