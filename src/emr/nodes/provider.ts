import type { SparkWork } from '../../clusters/cluster.js'
import type { InstanceDocument } from '../cluster/documents.js'

/** What a node really is, as clients show it. */
export interface NodeView {
  /** `core-1.pid-4711.myhost`; `folder.myhost` while no process runs; `shares-core-1.myhost`. */
  readonly dns: string
  readonly address: string
}

/** The logs of a cluster's Spark, `<process>.log` in a folder that may not be there. */
export interface SparkLogs {
  readonly folder: string
  /** The id of the instance that a process is, such as `master` or `core-1`. */
  readonly ownerOf: (process: string) => string | undefined
}

/** Where the nodes of clusters are. Every method may be called again after a kill, and does no harm then. */
export interface NodeProvider {
  /** Makes a node's place; gives its folder. */
  prepare(instance: InstanceDocument): Promise<string>
  /**
   * Takes a node out while jobs run: it hands over its data within the time, then it is ended.
   * @param all the instances of its cluster
   */
  release(
    instance: InstanceDocument,
    all: readonly InstanceDocument[],
    graceMs: number,
  ): Promise<void>
  /** Makes Spark as large as the cluster's instances say, if it runs. */
  resize(cluster: string, all: readonly InstanceDocument[]): Promise<void>
  /** Sees to it that the cluster's Spark runs: a local cluster with the id of this one. */
  spark(cluster: string, all: readonly InstanceDocument[]): Promise<void>
  /** What Spark has to do: undefined while it does not run, `unknown` while it does not answer. */
  work(cluster: string): Promise<SparkWork | 'unknown' | undefined>
  /** What instances are now, by their ids. */
  view(cluster: string, all: readonly InstanceDocument[]): Promise<ReadonlyMap<string, NodeView>>
  logs(cluster: string, all: readonly InstanceDocument[]): Promise<SparkLogs>
  /** Stops what runs; it is started again when it is needed. */
  rest(cluster: string): Promise<void>
  /** Ends everything that runs for a cluster, also what a killed server left. */
  end(cluster: string): Promise<void>
}
