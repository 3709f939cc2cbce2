import { didYouMean } from '../../core/closest.js'
import { HeadrigError } from '../../core/errors.js'

/** The options that a program takes, without their dashes. */
export interface OptionTable {
  /** Those that a value follows, and what they mean to us. */
  readonly values: Readonly<Record<string, string>>
  readonly flags: Readonly<Record<string, string>>
  /** What stands for a longer name: `d` for `define`. */
  readonly short?: Readonly<Record<string, string>>
}

/** An option by its long name; of a flag the value is empty. */
export type Option = readonly [name: string, value: string]

export interface Split {
  readonly options: readonly Option[]
  /** From the first word that is no option. */
  readonly rest: readonly string[]
}

/**
 * Reads the options before the first other word, as `--name value`, `--name=value` and `-n value`.
 * @throws HeadrigError `invalid` for an option that the table lacks, and for one without its value
 * @example splitOptions(['-f', 'a.sql'], { values: { file: '' }, flags: {}, short: { f: 'file' } }, 'hive')
 * // { options: [['file', 'a.sql']], rest: [] }
 */
export function splitOptions(
  args: readonly string[],
  { values, flags, short = {} }: OptionTable,
  program: string,
): Split {
  const options: Option[] = []
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? ''
    const [, dashes = '', written = '', given] = /^(--?)([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? []
    if (dashes === '' || written === '-') return { options, rest: args.slice(at) }
    const name = (Object.hasOwn(short, written) ? short[written] : undefined) ?? written
    if (Object.hasOwn(flags, name)) options.push([name, given ?? ''])
    else if (Object.hasOwn(values, name)) {
      const value = given ?? args[++at]
      if (value === undefined)
        throw new HeadrigError('invalid', `${program}: ${word} lacks its value`)
      options.push([name, value])
    } else {
      const known = [...Object.keys(values), ...Object.keys(flags)]
      throw new HeadrigError(
        'invalid',
        `${program}: there is no option ${word}${didYouMean(name, known)}`,
      )
    }
  }
  return { options, rest: [] }
}

/** The values of an option, in their order. */
export function valuesOf(options: readonly Option[], name: string): readonly string[] {
  return options.flatMap(([given, value]) => (given === name ? [value] : []))
}
