import { text } from 'node:stream/consumers'
import { readScriptFile } from '../../app/script/load-script.js'
import { runScript } from '../../app/script/run-script.js'
import { parseDefinition, type Variables } from '../../app/script/variables.js'
import { HeadrigError } from '../../core/errors.js'
import { grouped } from '../../core/grouped.js'
import type { Cli } from '../cli.js'
import type { Dialect } from '../flags/dialects.js'
import type { OutputFlags } from '../flags/output-flags.js'
import type { AnswerFlags } from '../flags/setting-flags.js'
import { printRows } from '../print-rows.js'
import { withLake } from '../with-lake.js'

export interface SqlFlags extends AnswerFlags, Pick<OutputFlags, 'format'> {
  readonly file?: string
  readonly execute?: string
  readonly dialect?: Dialect
  readonly define?: readonly string[]
  readonly hivevar?: readonly string[]
  readonly hiveconf?: readonly string[]
  readonly env?: readonly string[]
  readonly dryRun?: boolean
  readonly force?: boolean
}

export async function runSql(this: Cli, flags: SqlFlags, script?: string): Promise<void> {
  const { system } = this
  if (flags.format === 'parquet') {
    throw new HeadrigError(
      'invalid',
      `--format parquet is for headrig query: write INSERT OVERWRITE DIRECTORY 'folder' STORED AS PARQUET SELECT …`,
    )
  }
  const variables = variablesOf(this, flags)
  await withLake(this, flags, async (context) => {
    const source = await sourceOf(this, flags, script, (uri) =>
      readScriptFile(uri, system.cwd, context),
    )
    await runScript(
      {
        ...source,
        dialect: flags.dialect ?? (/\.(?:q|hql)$/i.test(source.name) ? 'hive' : 'duckdb'),
        cwd: system.cwd,
        variables,
        force: flags.force === true,
        dryRun: flags.dryRun === true,
        onAnswer: async (answer) => {
          context.progress.done()
          const rows = await printRows(this, flags, answer)
          if (system.stdout.isTTY) context.logger.info(`${grouped(rows)} rows`)
          return rows
        },
      },
      context,
    )
  })
}

interface Source {
  readonly text: string
  readonly name: string
}

async function sourceOf(
  cli: Cli,
  { file, execute }: SqlFlags,
  script: string | undefined,
  read: (uri: string) => Promise<string>,
): Promise<Source> {
  const given = [file, execute, script].filter((g) => g !== undefined)
  if (given.length > 1) {
    throw new HeadrigError('invalid', 'give the script once: as --file, as --execute or on stdin')
  }
  if (execute !== undefined) return { text: execute, name: '-e' }
  const path = file ?? script
  if (path !== undefined && path !== '-') return { text: await read(path), name: path }
  if (cli.system.stdin.isTTY) {
    throw new HeadrigError('invalid', 'no script: give it with --file, with --execute, or on stdin')
  }
  return { text: await text(cli.system.stdin), name: 'stdin' }
}

function variablesOf(cli: Cli, flags: SqlFlags): Variables {
  const { define = [], hivevar = [], hiveconf = [], env = [] } = flags
  const open = env.flatMap((name) => {
    const value = cli.system.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    hivevar: new Map([...define, ...hivevar].map(parseDefinition)),
    hiveconf: new Map(hiveconf.map(parseDefinition)),
    env: new Map(open),
  }
}
