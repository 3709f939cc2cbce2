import type { InstalledEngine } from '../clusters/install/installed.js'
import { enginesFolder, type ClusterContext } from './clusters.js'

export type { InstalledEngine }

export interface InstallEngineOptions {
  /** Default: the newest that was tried. */
  readonly version?: string | undefined
  readonly indexUrl?: string | undefined
  readonly mavenUrl?: string | undefined
  readonly from?: string | undefined
}

/** Installs Spark or Hadoop below the data folder. @throws what `findRelease` and `installRelease` throw */
export async function installEngine(
  name: string,
  { version, ...places }: InstallEngineOptions,
  { settings, env, logger, progress, signal }: ClusterContext,
): Promise<{ readonly engine: InstalledEngine; readonly fresh: boolean }> {
  const [{ findRelease }, { installRelease }] = await Promise.all([
    import('../clusters/install/releases.js'),
    import('../clusters/install/install-release.js'),
  ])
  return installRelease(
    { ...places, env, release: findRelease(name, version), enginesFolder: enginesFolder(settings) },
    { logger, progress, signal },
  )
}

/** The engines that are installed. */
export async function listEngines({
  settings,
}: Pick<ClusterContext, 'settings'>): Promise<readonly InstalledEngine[]> {
  const { installedEngines } = await import('../clusters/install/installed.js')
  return installedEngines(enginesFolder(settings))
}

/** Removes an engine. @throws `not-found` for one that is not installed */
export async function uninstallEngine(
  id: string,
  { settings }: Pick<ClusterContext, 'settings'>,
): Promise<InstalledEngine> {
  const { removeEngine } = await import('../clusters/install/installed.js')
  return removeEngine(id, enginesFolder(settings))
}
