import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { queryToParquet } from '../../app/output/parquet.js'
import { query, type QueryOptions } from '../../app/query.js'
import { HeadrigError } from '../../core/errors.js'
import { grouped } from '../../core/grouped.js'
import type { Cli } from '../cli.js'
import type { AsOfFlags } from '../flags/as-of-flag.js'
import type { Dialect } from '../flags/dialects.js'
import type { OutputFlags } from '../flags/output-flags.js'
import type { AnswerFlags } from '../flags/setting-flags.js'
import { printRows } from '../print-rows.js'
import { withLake } from '../with-lake.js'
import { write } from '../write.js'

export interface QueryFlags extends AnswerFlags, OutputFlags, AsOfFlags {
  readonly dialect: Dialect
  readonly explain?: boolean
  readonly file?: string
  readonly param?: readonly string[]
}

export async function runQuery(this: Cli, flags: QueryFlags, sql?: string): Promise<void> {
  const { format, out } = flags
  if (format === 'parquet' && out === undefined) {
    throw new HeadrigError('invalid', '--format parquet needs --out <file>')
  }
  const options: QueryOptions = {
    sql: await statement(this, flags, sql),
    dialect: flags.dialect,
    cwd: this.system.cwd,
    ...(flags.asOf && { asOf: flags.asOf }),
    ...(flags.explain && { explain: true }),
    ...(flags.param && { params: flags.param }),
  }
  await withLake(this, flags, async (context) => {
    if (format === 'parquet' && out !== undefined && !flags.explain) {
      const rows = await queryToParquet(options, resolve(this.system.cwd, out), context)
      context.logger.info(`${grouped(rows)} rows written to ${out}`)
      return
    }
    const answer = await query(options, context)
    try {
      context.progress.done()
      const { tables, externals } = answer.io
      for (const io of [...tables, ...externals]) context.logger.debug('reads', { ...io })
      if (flags.explain && format === 'table' && out === undefined) {
        for await (const lines of answer.batches) {
          await write(this.system.stdout, lines.map((line) => `${String(line[0])}\n`).join(''))
        }
        return
      }
      const rows = await printRows(this, flags, answer)
      if (out !== undefined) context.logger.info(`${grouped(rows)} rows written to ${out}`)
      else if (this.system.stdout.isTTY) {
        context.logger.info(`${grouped(rows)} rows`)
      }
    } finally {
      await answer.close()
    }
  })
}

/** From the argument, the file or stdin. */
async function statement(cli: Cli, { file }: QueryFlags, sql?: string): Promise<string> {
  if (file !== undefined && sql !== undefined) {
    throw new HeadrigError('invalid', 'give the SQL as an argument or with --file, not both')
  }
  if (file !== undefined) return readFile(resolve(cli.system.cwd, file), 'utf8')
  if (sql !== undefined && sql !== '-') return sql
  if (cli.system.stdin.isTTY) {
    throw new HeadrigError('invalid', 'no query: give it in quotes, with --file, or on stdin')
  }
  return text(cli.system.stdin)
}
