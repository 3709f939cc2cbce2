import type { LakeContext } from '../context.js'
import { sparkPlace } from '../spark-place.js'
import { finding, type Finding } from './finding.js'

/** Spark answers, when there is one to work on. */
export function sparkFinding(context: LakeContext): Promise<Finding> {
  const { engine, sparkUrl, sparkCluster } = context.settings
  return finding('engine', async () => {
    // One that is named is asked for, also when nothing goes there.
    const named = sparkUrl !== undefined || sparkCluster !== undefined
    const place = await sparkPlace(named ? 'spark' : engine, context)
    if (!place)
      return `${engine}: DuckDB in this process${engine === 'auto' ? ', there is no Spark' : ''}`
    const { SparkConnectSession } = await import('../../engines/spark/connect/session.js')
    const session = await SparkConnectSession.connect({ url: place.url, clientType: 'headrig' })
    const { sparkVersion } = session
    await session.close()
    const where = place.found === undefined ? '' : `, the cluster ${place.found} of this machine`
    return `${engine}: Spark ${sparkVersion} answers${where}`
  })
}
