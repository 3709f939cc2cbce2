import { createHmac, randomBytes } from 'node:crypto'
import type { Logger } from '../../core/logger.js'
import type { State } from '../../state/state.js'
import { openMetadataEndpoint, type MetadataEndpoint } from './metadata-endpoint.js'

/** Where the endpoint was, and what the secrets of clusters are made of. Kind `emr.metadata-endpoint`. */
interface PlaceDocument {
  readonly port: number
  readonly hex: string
}

/** The endpoint at the port where it was before: the Spark of a cluster outlives a kill of the server, and asks there. */
export async function reopenEndpoint(
  state: State,
  logger: Logger,
): Promise<{ endpoint: MetadataEndpoint; secretOf: (cluster: string) => string }> {
  const places = state.collection<PlaceDocument>('emr.metadata-endpoint')
  const before = places.get('1')
  const endpoint = await openMetadataEndpoint(logger, before?.port ?? 0)
  const hex = before?.hex ?? randomBytes(32).toString('hex')
  places.put('1', { port: endpoint.port, hex })
  const key = Buffer.from(hex, 'hex')
  return {
    endpoint,
    secretOf: (cluster) => createHmac('sha256', key).update(cluster).digest('base64url'),
  }
}
