import { literal } from '../../../sql/text.js'
import { enginePath } from '../engine-path.js'

/** Longer lines are an error; bytes. */
const LONGEST_LINE = 8 * 2 ** 20
/** What is read at a time; without it sixteen of the longest lines. */
const BUFFER = 2 * LONGEST_LINE

/** Texts that no log holds. */
const NO_DELIMITER = String.raw`E'\x1c\x1d\x1e\x1f'`
const NO_NULL = String.raw`E'\x1d\x1d'`

/** The columns `line` and `filename` of text files; decompressed by their names. Blank lines are left out. */
export function readLines(paths: readonly string[], skip: number): string {
  return `read_csv(${pathList(paths)}, columns = {'line': 'VARCHAR'}, delim = ${NO_DELIMITER}, quote = '', escape = '', comment = '', header = false, auto_detect = false, strict_mode = false, nullstr = ${NO_NULL}, skip = ${skip}, max_line_size = ${LONGEST_LINE}, buffer_size = ${BUFFER}, filename = true)`
}

/** Columns of text, by position, and `filename`. */
export function readCsv(
  paths: readonly string[],
  columns: readonly string[],
  {
    separator,
    quote,
    escape,
    skipLines,
  }: {
    readonly separator: string
    readonly quote: string
    readonly escape: string
    readonly skipLines: number
  },
): string {
  const types = columns.map((c) => `${literal(c)}: 'VARCHAR'`).join(', ')
  return `read_csv(${pathList(paths)}, columns = {${types}}, delim = ${literal(separator)}, quote = ${literal(quote)}, escape = ${literal(escape)}, comment = '', header = false, auto_detect = false, strict_mode = false, null_padding = true, nullstr = ${NO_NULL}, skip = ${skipLines}, max_line_size = ${LONGEST_LINE}, buffer_size = ${BUFFER}, filename = true)`
}

/** Each file once, also one of two partitions. */
export function pathList(paths: readonly string[]): string {
  return `[${[...new Set(paths)].map((p) => literal(enginePath(p))).join(', ')}]`
}
