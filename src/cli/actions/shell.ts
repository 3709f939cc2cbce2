import { requireLake, type LakeContext } from '../../app/context.js'
import { externalColumnNames } from '../../app/external/column-names.js'
import { lakeTables } from '../../app/lake-tables.js'
import { query } from '../../app/query.js'
import { grouped } from '../../core/grouped.js'
import type { Cli } from '../cli.js'
import type { Dialect } from '../flags/dialects.js'
import type { OutputFlags } from '../flags/output-flags.js'
import type { LakeFlags } from '../flags/setting-flags.js'
import { printRows } from '../print-rows.js'
import { renderError } from '../render-error.js'
import { completeWord, type Names } from '../shell/complete-word.js'
import { expandedRow } from '../shell/expanded.js'
import { historyPath, openHistory } from '../shell/history.js'
import { shell, type ShellState } from '../shell/shell.js'
import { withLake } from '../with-lake.js'
import { write } from '../write.js'
import { printTable, printTables } from './tables.js'

export interface ShellFlags extends LakeFlags, Pick<OutputFlags, 'format'> {
  readonly dialect: Dialect
}

export async function runShell(this: Cli, flags: ShellFlags): Promise<void> {
  const { system } = this
  const state: ShellState = {
    format: flags.format,
    dialect: flags.dialect,
    timing: system.stdin.isTTY === true && flags.quiet !== true,
    expanded: false,
  }
  await withLake(this, flags, async (context) => {
    await requireLake(context)
    let names: Promise<Names> | undefined
    const say = (text: string): void => void system.stderr.write(text)
    const history = await openHistory(historyPath(system.env))
    if (system.stdin.isTTY) say(`lake ${context.lakeUri}; \\? for help, \\q to leave\n`)
    await shell(
      system,
      {
        answer: (sql, now, signal) =>
          answer(this, sql, now, { ...context, signal: AbortSignal.any([context.signal, signal]) }),
        tables: (now) => printTables(this, now, context),
        describe: (table, now) => printTable(this, now, table, context),
        complete: async (line) => completeWord(line, await (names ??= namesOf(context))),
        history,
        say,
        showError(error) {
          context.progress.done()
          say(`${renderError(error, flags.debug === true)}\n`)
        },
      },
      state,
    )
  })
}

async function answer(
  cli: Cli,
  sql: string,
  { format, dialect, expanded }: ShellState,
  context: LakeContext,
): Promise<void> {
  const found = await query({ sql, dialect, cwd: cli.system.cwd }, context)
  try {
    context.progress.done()
    let rows = 0
    if (expanded) {
      const names = found.columns.map((c) => c.name)
      for await (const batch of found.batches) {
        const text = batch.map((row, i) => expandedRow(rows + i + 1, names, row)).join('')
        await write(cli.system.stdout, text)
        rows += batch.length
      }
    } else rows = await printRows(cli, { format }, found)
    if (cli.system.stdout.isTTY) context.logger.info(`${grouped(rows)} rows`)
  } finally {
    await found.close()
  }
}

async function namesOf(context: LakeContext): Promise<Names> {
  const tables = await lakeTables(context)
  const own = tables.map((t) => [t.name, t.columns.map((c) => c.name)] as const)
  return { ...(await externalColumnNames(context)), ...Object.fromEntries(own) }
}
