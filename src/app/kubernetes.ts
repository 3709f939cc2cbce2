import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KubernetesSpec } from '../clusters/kubernetes/spec.js'
import { toYaml } from '../core/yaml.js'

export interface PlanKubernetesOptions extends KubernetesSpec {
  /** Where the pod templates go. */
  readonly folder: string
  /** True: nothing is written. */
  readonly dryRun: boolean
}

export interface PlannedKubernetes {
  /** The command, word by word; it reads the files. */
  readonly argv: readonly string[]
  /** The pod templates by their paths. */
  readonly files: Readonly<Record<string, string>>
}

/** Writes what starts a cluster on Kubernetes; nothing is started. @throws `invalid` for what it would refuse */
export async function planOnKubernetes({
  folder,
  dryRun,
  ...spec
}: PlanKubernetesOptions): Promise<PlannedKubernetes> {
  const { planKubernetes } = await import('../clusters/kubernetes/submit.js')
  const paths = { driver: join(folder, 'driver.yaml'), executor: join(folder, 'executor.yaml') }
  const { argv, driver, executor } = planKubernetes(spec, paths)
  const files = {
    [paths.driver]: await toYaml(driver),
    [paths.executor]: await toYaml(executor),
  }
  if (!dryRun) {
    await mkdir(folder, { recursive: true })
    for (const [path, text] of Object.entries(files)) await writeFile(path, text)
  }
  return { argv, files }
}
