import type { Logger } from '../../core/logger.js'
import type { NodeProvider } from '../nodes/provider.js'
import type { ClusterDocument, ClusterState, InstanceDocument, StateReason } from './documents.js'
import type { Documents } from './documents-store.js'

/** How nodes are taken out. */
export interface RetireOptions {
  readonly reason: StateReason
  /** How long it may take to hand over its data; 0: it is gone at once, as an interrupted Spot instance. */
  readonly graceMs: number
}

/** Told of a change of a cluster's state: what it is now, and what it was. */
export type ClusterListener = (cluster: ClusterDocument, before: ClusterState) => void

/** Brings a node up: its place, then its bootstrap actions. */
export type BringUp = (instance: InstanceDocument, signal: AbortSignal) => Promise<void>

/** What the lives of clusters are led with. */
export interface LifeOptions {
  readonly documents: Documents
  readonly nodes: NodeProvider
  readonly bringUp: BringUp
  /** Ends what bringing a node up left running. */
  readonly cleanUp: (instance: InstanceDocument) => Promise<void>
  /** Stores the logs of a cluster's nodes for the last time. */
  readonly storeLogs: (cluster: ClusterDocument) => Promise<void>
  readonly now: () => number
  readonly logger: Logger
}
