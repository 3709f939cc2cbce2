import { sessionSettings } from '../../engines/spark/settings.js'
import { storeOptions, type LakeContext } from '../context.js'

/** How a job's Spark reaches S3: the place, never a key. */
export function s3Conf({ settings }: Pick<LakeContext, 'settings'>): Record<string, string> {
  const all = Object.entries(sessionSettings(0, storeOptions(settings)))
  return Object.fromEntries(
    all.flatMap(([name, value]) =>
      name.startsWith('fs.') ? [[`spark.hadoop.${name}`, value]] : [],
    ),
  )
}
