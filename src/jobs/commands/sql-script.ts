import { appendFile } from 'node:fs/promises'
import { HeadrigError } from '../../core/errors.js'
import { sparkOf } from '../spark/driver.js'
import type { Command, CommandCall } from './command.js'
import { ownCommand } from './headrig.js'
import { splitOptions, type Option, type OptionTable } from './options.js'
import { SPARK_OPTIONS } from './spark-submit.js'

/** `-`: read here; nothing: it has no effect; else the option of `headrig sql` that it is. */
const SCRIPT: OptionTable = {
  values: {
    execute: '--execute',
    file: '--file',
    define: '--hivevar',
    hivevar: '--hivevar',
    hiveconf: '--hiveconf',
    database: '-',
    outputformat: '',
  },
  flags: { silent: '', verbose: '', S: '', v: '' },
  short: { e: 'execute', f: 'file', d: 'define' },
}

/** Settings of a Spark of its own: a script works on the Spark that the cluster has. */
const OF_SPARK: OptionTable = {
  values: Object.fromEntries(Object.keys(SPARK_OPTIONS.values).map((name) => [name, ''])),
  flags: Object.fromEntries(Object.keys(SPARK_OPTIONS.flags).map((name) => [name, ''])),
}

/** `spark-sql -f s3://… -d DAY=2024-01-15`, `spark-sql -e '…'`: a script in Spark's SQL. */
export const sparkSql: Command = (call) => {
  const table = {
    values: { ...OF_SPARK.values, ...SCRIPT.values },
    flags: { ...OF_SPARK.flags, ...SCRIPT.flags },
    short: { ...SCRIPT.short, c: 'conf' },
  }
  return script(call, 'spark', optionsOf(call.args, table, 'spark-sql'))
}

/** `hive -f …`: a script in Hive's SQL. */
export const hive: Command = (call) => script(call, 'hive', optionsOf(call.args, SCRIPT, 'hive'))

/** `hive-script --run-hive-script --args -f s3://… -d K=V`, as the AWS CLI writes it, or with Hive's options alone. */
export const hiveScript: Command = (call) => {
  const own = {
    values: { ...SCRIPT.values, 'base-path': '', 'hive-versions': '' },
    flags: { ...SCRIPT.flags, 'run-hive-script': '', args: '' },
    short: SCRIPT.short ?? {},
  }
  if (call.args.some((word) => word.startsWith('--install-hive')))
    return Promise.resolve({
      kind: 'work',
      run: async (say) => say('nothing to do: Hive scripts run on Spark, which is here'),
    })
  return script(call, 'hive', optionsOf(call.args, own, 'hive-script'))
}

function optionsOf(
  args: readonly string[],
  table: OptionTable,
  program: string,
): readonly Option[] {
  const { options, rest } = splitOptions(args, table, program)
  const [other] = rest
  if (other !== undefined)
    throw new HeadrigError(
      'invalid',
      `${program}: what is ${JSON.stringify(other)}? Give -f file or -e statements`,
    )
  return options
}

/** Hands a script on to `headrig sql`, on the Spark of the step's cluster. */
async function script(call: CommandCall, dialect: 'hive' | 'spark', options: readonly Option[]) {
  const given = options.flatMap(([name, value]) => {
    if (name === 'database' && value !== 'default')
      throw new HeadrigError('invalid', `--database ${value}: there is one database, default`)
    const own = SCRIPT.values[name] ?? ''
    return own.startsWith('--') ? [own, value] : []
  })
  if (!given.includes('--file') && !given.includes('--execute'))
    throw new HeadrigError('invalid', 'no script: give -f s3://bucket/key or -e statements')
  const args = ['--dialect', dialect, '--format', 'csv', ...given]
  if (call.spec.role === undefined)
    return ownCommand(['sql', '--engine', 'spark', ...args], call, await sparkOf(call))
  // The Spark of the cluster has the rights of the cluster.
  await appendFile(
    call.syslog,
    'the step has a role of its own: DuckDB runs the script, in its process\n',
  )
  return ownCommand(['sql', '--engine', 'duckdb', ...args], call)
}
