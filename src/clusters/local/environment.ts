import type { Environment } from '../../core/config-settings.js'

const PASSED =
  /^(?:PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TMPDIR|LD_LIBRARY_PATH|(?:HTTPS?|NO)_PROXY|AWS_\w+|PYSPARK_\w+)$/i

/** The variable that marks every process of a local cluster; its value is the cluster's folder. */
export const CLUSTER_MARK = 'HEADRIG_CLUSTER_FOLDER'

/** What the processes of a cluster get to see of this process's variables. */
export function passedEnvironment(env: Environment): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && PASSED.test(name)) passed[name] = value
  return passed
}
