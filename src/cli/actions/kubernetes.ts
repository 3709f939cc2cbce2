import { resolve } from 'node:path'
import { planOnKubernetes } from '../../app/kubernetes.js'
import type { Cli } from '../cli.js'
import type { ReportFlags } from '../flags/report-flags.js'
import type { CommonFlags } from '../flags/setting-flags.js'
import { parseConf } from '../parse-conf.js'
import { report } from '../report.js'
import { shellWord } from '../shell-word.js'

export interface KubernetesFlags extends CommonFlags, ReportFlags {
  readonly name: string
  readonly apiServer: string
  readonly namespace: string
  readonly serviceAccount: string
  readonly image: string
  readonly workers: number
  readonly taskWorkers: number
  readonly workerCores: number
  readonly workerMemory: number
  readonly driverMemory: number
  readonly tokenSecret: string
  readonly conf?: readonly string[]
  readonly folder: string
  readonly dryRun?: boolean
}

export async function runKubernetes(this: Cli, flags: KubernetesFlags): Promise<void> {
  const { name, apiServer, namespace, serviceAccount, image, tokenSecret } = flags
  const planned = await planOnKubernetes({
    name,
    apiServer,
    namespace,
    serviceAccount,
    image,
    tokenSecret,
    coreExecutors: flags.workers,
    taskExecutors: flags.taskWorkers,
    driver: { cores: 1, memory: flags.driverMemory },
    executor: { cores: flags.workerCores, memory: flags.workerMemory },
    conf: parseConf(flags.conf ?? []),
    folder: resolve(this.system.cwd, flags.folder),
    dryRun: flags.dryRun === true,
  })
  const command = planned.argv
    .map(shellWord)
    .join(' ')
    .replaceAll(/ (?=--)/g, ' \\\n  ')
  await report(this, flags, planned, [
    ...Object.entries(planned.files).flatMap(([path, text]) =>
      flags.dryRun ? [`# ${path}`, text] : [`wrote ${path}`],
    ),
    command,
  ])
}
