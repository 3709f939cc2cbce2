import type { SparkConf } from '../../clusters/local/properties.js'
import type { JobMaster } from '../../clusters/submit/master.js'
import { parseSize } from '../../core/size.js'

const MEMORY = 'spark.executor.memory'
const CORES = 'spark.executor.cores'

/**
 * A user's settings as a cluster can serve them: Spark waits for ever for a worker that is large enough for an
 * executor, so one never asks for more than a worker has.
 * @returns also what was changed, for people
 * @example executorConf({ 'spark.executor.memory': '8g' }, master).notes // ['spark.executor.memory=8g is more than …']
 */
export function executorConf(
  conf: SparkConf,
  master: JobMaster,
): { readonly settings: SparkConf; readonly notes: readonly string[] } {
  const settings: Record<string, string> = { ...conf }
  const notes: string[] = []
  const least = (name: string, size: (text: string) => number): void => {
    const [asked, has] = [conf[name], master.conf[name]]
    if (asked === undefined || has === undefined || !(size(asked) > size(has))) return
    settings[name] = has
    notes.push(`${name}=${asked} is more than a worker of this cluster has: ${has} is used`)
  }
  least(MEMORY, javaBytes)
  least(CORES, Number)
  return { settings, notes }
}

/** A size as Java writes it, in bytes; a plain number is MiB. NaN for what is none: Spark will say so. */
function javaBytes(text: string): number {
  const [, number, unit] = /^\s*(\d+)\s*([kmgt]?)b?\s*$/i.exec(text) ?? []
  return number === undefined ? Number.NaN : parseSize(number + (unit || 'm'))
}
