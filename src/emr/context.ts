import type { Settings } from '../core/config-settings.js'
import type { Logger } from '../core/logger.js'
import type { StepRunner } from '../jobs/runner.js'
import type { Markers } from '../wire/paging.js'
import type { KerberosClusters } from './kerberos/kerberos-clusters.js'
import type { ClusterSessions } from './sessions/cluster-sessions.js'
import type { BlockPublicAccessStore } from './security/block-public-access.js'
import type { SecurityStore } from './security/store.js'
import type { Documents } from './cluster/documents-store.js'
import type { ClusterLife } from './cluster/life.js'
import type { NodeProvider } from './nodes/provider.js'

/** What EMR's operations work with. */
export interface EmrContext {
  readonly settings: Settings
  readonly account: string
  readonly region: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly logger: Logger
  readonly markers: Markers
  readonly security: SecurityStore
  readonly kerberos: KerberosClusters
  readonly sessions: ClusterSessions
  readonly publicAccess: BlockPublicAccessStore
  /** The port at which other machines reach this server without TLS; undefined when they do not. */
  readonly openPort: () => number | undefined
  readonly documents: Documents
  readonly runner: StepRunner
  readonly life: ClusterLife
  readonly nodes: NodeProvider
}
