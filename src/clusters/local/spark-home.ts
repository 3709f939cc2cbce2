import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { HeadrigError } from '../../core/errors.js'

/** An unpacked Spark, and what of it we need to know. */
export interface SparkHome {
  readonly folder: string
  /** Such as `4.2.0`. */
  readonly version: string
  /** Jars that are to join Spark's own: the Delta connector when Spark's folder lacks it. */
  readonly extraJars: readonly string[]
  /** The Delta connector, for nodes that have a Spark of their own. */
  readonly deltaJars: readonly string[]
}

export interface SparkPlaces {
  /** The setting `spark.home`. */
  readonly home: string | undefined
  /** The setting `spark.jars`: a folder of further jars. */
  readonly jars: string | undefined
  /** Where `headrig engine install` puts engines. */
  readonly enginesFolder: string
}

const REMEDY = 'run headrig engine install spark, or set spark.home (HEADRIG_SPARK_HOME)'

/**
 * Spark 4 with the Delta connector: the one that the settings name, else the newest installed one.
 * @throws `unavailable` when there is none, when it is not Spark 4 or when Delta is missing
 */
export async function findSparkHome(places: SparkPlaces): Promise<SparkHome> {
  const folder = places.home ?? (await newestInstalled(places.enginesFolder))
  if (folder === undefined)
    throw new HeadrigError('unavailable', `no Spark in ${places.enginesFolder}: ${REMEDY}`)
  const own = await jarsIn(join(folder, 'jars'))
  const version = versionOf(own, /^spark-core_2\.13-(\d+\.\d+\.\d+.*)\.jar$/)
  if (version === undefined)
    throw new HeadrigError('unavailable', `no Spark 4 in ${folder}: ${REMEDY}`)
  const extra = places.jars === undefined ? [] : await jarsIn(places.jars)
  const extraJars = extra
    .filter((name) => !own.includes(name))
    .map((name) => join(places.jars ?? '', name))
  const delta = versionOf([...own, ...extra], /^delta-spark_(?:\d+\.\d+_)?2\.13-(.+)\.jar$/)
  if (delta === undefined)
    throw new HeadrigError(
      'unavailable',
      `no Delta connector for the Spark in ${folder}: ${REMEDY}, or name a folder with delta-spark and delta-storage by spark.jars`,
    )
  const deltaJars = [...own.map((name) => join(folder, 'jars', name)), ...extraJars].filter(
    (path) => /^delta-(?:spark|storage)/.test(basename(path)),
  )
  return { folder, version, extraJars, deltaJars }
}

async function newestInstalled(enginesFolder: string): Promise<string | undefined> {
  const names = await readdir(enginesFolder).catch(() => [])
  const newest = names
    .filter((name) => /^spark-\d+\.\d+\.\d+$/.test(name))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1)
  return newest === undefined ? undefined : join(enginesFolder, newest)
}

async function jarsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => name.endsWith('.jar')).toSorted()
}

function versionOf(names: readonly string[], pattern: RegExp): string | undefined {
  for (const name of names) {
    const found = pattern.exec(name)?.[1]
    if (found !== undefined) return found
  }
  return undefined
}
