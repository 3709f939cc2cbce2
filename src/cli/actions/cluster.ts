import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  clusterTokenFile,
  listClusters,
  scaleCluster,
  startCluster,
  stopCluster,
  type ClusterStatus,
  type StartClusterOptions,
} from '../../app/clusters.js'
import { HeadrigError, messageOf } from '../../core/errors.js'
import type { Cli } from '../cli.js'
import { clusterContext } from '../cluster-context.js'
import type { ReportFlags } from '../flags/report-flags.js'
import type { SparkFlags } from '../flags/setting-flags.js'
import { parseConf } from '../parse-conf.js'
import { report } from '../report.js'
import { shellWord } from '../shell-word.js'

export interface ClusterListFlags extends SparkFlags, ReportFlags {}

export interface ClusterStopFlags extends SparkFlags, ReportFlags {}

export interface ClusterStartFlags extends SparkFlags, ReportFlags {
  readonly name?: string
  readonly workers: number
  readonly taskWorkers: number
  readonly workerCores?: number
  readonly workerMemory: number
  readonly driverMemory: number
  readonly master?: string
  readonly masterSecretFile?: string
  readonly driverHost?: string
  readonly conf?: readonly string[]
}

export interface ClusterScaleFlags extends SparkFlags, ReportFlags {
  readonly workers?: number
  readonly taskWorkers?: number
  readonly grace: number
}

export async function runClusterStart(this: Cli, flags: ClusterStartFlags): Promise<void> {
  const context = await clusterContext(this, flags)
  const { name, workers, taskWorkers, workerCores, workerMemory, driverMemory } = flags
  const started = await startCluster(
    {
      ...(name !== undefined && { id: name }),
      ...(workerCores !== undefined && { workerCores }),
      coreWorkers: workers,
      taskWorkers,
      workerMemory,
      driverMemory,
      conf: parseConf(flags.conf ?? []),
      ...(await masterOf(flags, this.system.cwd)),
    },
    context,
  )
  const status = await started.status()
  const tokenFile = await clusterTokenFile(started.id, context.settings)
  await report(this, flags, { ...status, tokenFile }, [
    ...linesOf(status),
    '',
    'To use it, and to end it:',
    `  export HEADRIG_SPARK_URL=${status.connectUrl} HEADRIG_SPARK_TOKEN="$(cat ${shellWord(tokenFile)})"`,
    `  headrig cluster stop ${status.id}`,
  ])
}

export async function runClusterList(this: Cli, flags: ClusterListFlags): Promise<void> {
  const clusters = await listClusters(await clusterContext(this, flags))
  const lines = clusters.flatMap(linesOf)
  await report(this, flags, { clusters }, lines.length > 0 ? lines : ['no cluster runs here'])
}

export async function runClusterScale(
  this: Cli,
  flags: ClusterScaleFlags,
  id?: string,
): Promise<void> {
  const { workers, taskWorkers, grace } = flags
  const options = {
    ...(workers !== undefined && { core: workers }),
    ...(taskWorkers !== undefined && { task: taskWorkers }),
    graceMs: grace,
  }
  const status = await scaleCluster(id, options, await clusterContext(this, flags))
  await report(this, flags, status, linesOf(status))
}

export async function runClusterStop(
  this: Cli,
  flags: ClusterStopFlags,
  id?: string,
): Promise<void> {
  const stopped = await stopCluster(id, await clusterContext(this, flags))
  await report(this, flags, { id: stopped, state: 'TERMINATED' }, [`cluster ${stopped} has ended`])
}

function linesOf({ id, state, connectUrl, nodes }: ClusterStatus): string[] {
  const width = Math.max(...nodes.map((node) => node.id.length))
  return [
    `${id}: ${state}, ${connectUrl}`,
    ...nodes.map((n) => `  ${n.id.padEnd(width)}  ${n.host}  ${n.state}`),
  ]
}

async function masterOf(
  { master, masterSecretFile, driverHost }: ClusterStartFlags,
  cwd: string,
): Promise<Pick<StartClusterOptions, 'master'>> {
  if (master === undefined) {
    const odd = masterSecretFile === undefined ? driverHost : masterSecretFile
    if (odd === undefined) return {}
    throw new HeadrigError('invalid', '--master-secret-file and --driver-host go with --master')
  }
  const secret =
    masterSecretFile === undefined
      ? undefined
      : await readFile(resolve(cwd, masterSecretFile), 'utf8').catch((error: unknown) => {
          throw new HeadrigError('invalid', `--master-secret-file: ${messageOf(error)}`)
        })
  return {
    master: {
      url: master,
      ...(secret !== undefined && { secret: secret.trim() }),
      ...(driverHost !== undefined && { driverHost }),
    },
  }
}
