import type { Markers } from '../wire/paging.js'
import type { BlockPublicAccessStore } from './security/block-public-access.js'
import type { SecurityStore } from './security/store.js'

/** What EMR's operations work with. */
export interface EmrContext {
  readonly markers: Markers
  readonly security: SecurityStore
  readonly publicAccess: BlockPublicAccessStore
  /** The port at which other machines reach this server without TLS; undefined when they do not. */
  readonly openPort: () => number | undefined
}
