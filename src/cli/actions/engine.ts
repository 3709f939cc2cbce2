import { resolve } from 'node:path'
import { installEngine, listEngines, uninstallEngine } from '../../app/engine-install.js'
import { formatSize } from '../../core/size.js'
import type { Cli } from '../cli.js'
import { clusterContext } from '../cluster-context.js'
import type { ReportFlags } from '../flags/report-flags.js'
import type { SparkFlags } from '../flags/setting-flags.js'
import { report } from '../report.js'

export interface EngineListFlags extends SparkFlags, ReportFlags {}

export interface EngineInstallFlags extends EngineListFlags {
  readonly sparkVersion?: string
  readonly indexUrl?: string
  readonly mavenUrl?: string
  readonly from?: string
}

export async function runEngineInstall(
  this: Cli,
  flags: EngineInstallFlags,
  engineName: string,
): Promise<void> {
  const { sparkVersion, indexUrl, mavenUrl, from } = flags
  const places = { indexUrl, mavenUrl, from: from && resolve(this.system.cwd, from) }
  const context = await clusterContext(this, flags)
  const { engine, fresh } = await installEngine(
    engineName,
    { ...places, version: sparkVersion },
    context,
  )
  const verb = fresh ? 'is installed in' : 'was there already, in'
  await report(this, flags, { ...engine, fresh }, [`${engine.id} ${verb} ${engine.folder}`])
}

export async function runEngineList(this: Cli, flags: EngineListFlags): Promise<void> {
  const engines = await listEngines(await clusterContext(this, flags))
  const lines = engines.map((e) => `${e.id}: ${formatSize(e.bytes)} in ${e.folder}`)
  const none = ['no engine is installed: headrig engine install spark, or hadoop']
  await report(this, flags, { engines }, lines.length > 0 ? lines : none)
}

export async function runEngineRemove(
  this: Cli,
  flags: EngineListFlags,
  id: string,
): Promise<void> {
  const removed = await uninstallEngine(id, await clusterContext(this, flags))
  await report(this, flags, removed, [`${removed.id} is removed`])
}
