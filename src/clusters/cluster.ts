/**
 * What a node is for, in EMR's words: the primary runs the driver and the master; core nodes keep shuffle
 * and cached data; task nodes only add computing power and may vanish.
 */
export const NODE_ROLES = ['primary', 'core', 'task'] as const
export type NodeRole = (typeof NODE_ROLES)[number]
export type WorkerRole = Exclude<NodeRole, 'primary'>

/** EMR's words. A cluster that is up and takes queries is WAITING: it does not know what is asked of it. */
export type ClusterState =
  | 'STARTING'
  | 'WAITING'
  | 'TERMINATING'
  | 'TERMINATED'
  | 'TERMINATED_WITH_ERRORS'

export type NodeState = 'PROVISIONING' | 'RUNNING' | 'DECOMMISSIONING' | 'TERMINATED'

export interface ClusterNode {
  /** Unique within the cluster, such as `core-1`. */
  readonly id: string
  readonly role: NodeRole
  readonly host: string
  readonly state: NodeState
  /** Of a local cluster only. */
  readonly pid?: number
}

/** A cluster at one moment. Holds no secret. */
export interface ClusterStatus {
  readonly id: string
  readonly provider: 'local' | 'remote'
  readonly state: ClusterState
  /** Where Spark Connect answers, without the token: `sc://host:port/`. */
  readonly connectUrl: string
  /** Spark's own address of the master, `spark://host:port`; undefined where there is none. */
  readonly masterUrl: string | undefined
  readonly createdAt: string
  readonly nodes: readonly ClusterNode[]
}

export interface ScaleOptions {
  /** How long a node may take to hand over its data before it is ended anyway, in milliseconds. */
  readonly graceMs?: number
  readonly signal?: AbortSignal
}

/** What a cluster has to do, as its master knows it. Applications without an executor that want none are idle. */
export interface SparkWork {
  readonly workers: number
  /** That the master gave up. */
  readonly lostWorkers: number
  /** Of all workers, in MiB: what applications can get, and what they have got. */
  readonly memoryMiB: number
  readonly memoryUsedMiB: number
  readonly executors: number
  /** That applications want and have not got. */
  readonly pendingExecutors: number
  readonly runningApps: number
  readonly pendingApps: number
  /** Since the master started; it forgets the oldest of many. */
  readonly completedApps: number
  readonly failedApps: number
  readonly killedApps: number
}

/** A running Spark cluster. Whoever started it stops it. */
export interface Cluster {
  readonly id: string
  readonly connectUrl: string
  /** What Spark Connect asks for; undefined when it asks for nothing. A secret: never print it. */
  readonly token: string | undefined
  /** Asks the cluster; never from memory. */
  status(): Promise<ClusterStatus>
  /** What it has to do now; undefined where nobody can be asked, or nobody answers. */
  work(): Promise<SparkWork | undefined>
  /**
   * Makes the cluster have `count` live nodes of this role, while jobs run. New nodes take work as soon as
   * they are up; surplus ones hand over their data first, the newest goes first.
   * @throws `invalid` when the provider cannot scale, or when no worker would be left
   */
  scale(role: WorkerRole, count: number, options?: ScaleOptions): Promise<ClusterStatus>
  /** Takes one worker out as `scale` does. @throws `not-found` for a node that is not there */
  decommission(nodeId: string, options?: ScaleOptions): Promise<void>
  /** Ends everything that `start` began. Safe to call twice. */
  stop(): Promise<void>
}
