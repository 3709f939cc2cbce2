import { resolve } from 'node:path'
import { readMasterSecret, submitJob, type SubmitTo } from '../../app/submit.js'
import { HeadrigError } from '../../core/errors.js'
import type { Cli } from '../cli.js'
import type { LakeFlags, SparkFlags } from '../flags/setting-flags.js'
import { parseConf } from '../parse-conf.js'
import { withLake } from '../with-lake.js'
import { write } from '../write.js'

export interface SubmitFlags extends LakeFlags, SparkFlags {
  readonly cluster?: string
  readonly master?: string
  readonly masterSecretFile?: string
  readonly driverHost?: string
  readonly local?: boolean
  readonly class?: string
  readonly jars?: readonly string[]
  readonly pyFiles?: readonly string[]
  readonly mount?: readonly string[]
  readonly conf?: readonly string[]
  readonly name?: string
}

export async function runSubmit(
  this: Cli,
  flags: SubmitFlags,
  file: string,
  ...args: string[]
): Promise<void> {
  const { stdout, stderr, cwd, env } = this.system
  const conf = parseConf(flags.conf ?? [])
  const to = await placeOf(flags, cwd)
  await withLake(this, flags, async (context) => {
    const { exitStatus } = await submitJob(
      {
        file,
        args,
        cwd,
        conf,
        stdout: (chunk) => write(stdout, chunk),
        stderr: (chunk) => write(stderr, chunk),
        ...(to && { to }),
        ...(flags.class !== undefined && { mainClass: flags.class }),
        ...(flags.jars && { jars: flags.jars }),
        ...(flags.pyFiles && { pyFiles: flags.pyFiles }),
        ...(flags.mount && { externals: flags.mount }),
        ...(flags.name !== undefined && { name: flags.name }),
      },
      { ...context, env },
    )
    this.exitWith(exitStatus)
  })
}

async function placeOf(flags: SubmitFlags, cwd: string): Promise<SubmitTo | undefined> {
  const { cluster, master, masterSecretFile, driverHost, local } = flags
  const given = [cluster, master, local].filter((flag) => flag !== undefined)
  if (given.length > 1)
    throw new HeadrigError('invalid', 'give one of --cluster, --master and --local')
  if (master === undefined && (masterSecretFile ?? driverHost) !== undefined)
    throw new HeadrigError('invalid', '--master-secret-file and --driver-host go with --master')
  if (local) return { kind: 'here' }
  if (master === undefined) return undefined
  const secret =
    masterSecretFile === undefined
      ? undefined
      : await readMasterSecret(resolve(cwd, masterSecretFile))
  return {
    kind: 'master',
    master: {
      url: master,
      ...(secret !== undefined && { secret }),
      ...(driverHost !== undefined && { driverHost }),
    },
  }
}
