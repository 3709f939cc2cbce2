import { resolve } from 'node:path'
import { render } from '../app/output/render.js'
import type { Rows } from '../app/output/rows.js'
import { writeText } from '../app/output/write-out.js'
import { HeadrigError } from '../core/errors.js'
import type { Cli } from './cli.js'
import type { OutputFlags } from './flags/output-flags.js'
import { write } from './write.js'

/** Writes rows to stdout, or to the file of `--out`; gives their number. A table fits the terminal. */
export async function printRows(cli: Cli, flags: OutputFlags, rows: Rows): Promise<number> {
  const { format, out } = flags
  if (format === 'parquet') {
    throw new HeadrigError('invalid', '--format parquet works with headrig query --out <file>')
  }
  const { stdout, cwd } = cli.system
  const width = out === undefined && stdout.isTTY ? stdout.columns : 0
  const rendered = render(format, rows, width ? { width } : {})
  if (out === undefined) for await (const piece of rendered.text) await write(stdout, piece)
  else await writeText(resolve(cwd, out), rendered.text)
  return rendered.rows()
}

/** Records as rows of these columns. */
export function recordsToRows<K extends string>(
  names: readonly K[],
  records: readonly Readonly<Record<K, unknown>>[],
): Rows {
  return {
    columns: names.map((name) => {
      const values = records.map((r) => r[name]).filter((value) => value !== null)
      const numeric = values.length > 0 && values.every((value) => typeof value === 'number')
      return { name, type: numeric ? 'BIGINT' : 'VARCHAR' }
    }),
    batches: (async function* () {
      yield records.map((record) => names.map((name) => record[name]))
    })(),
  }
}
