import type { SparkWork } from '../../clusters/cluster.js'

/** What is known of a running cluster at one moment. */
export interface ClusterFacts {
  /** Neither a step nor an application has anything to do. */
  readonly isIdle: boolean
  readonly core: NodeFacts
  readonly task: NodeFacts
  /** Of Spark's master; undefined while Spark does not run. */
  readonly spark?: SparkWork | undefined
  /** Of managed scaling; undefined without a policy. */
  readonly scaling?: ScalingFacts | undefined
  /** Whether auto-termination counts the cluster as idle; undefined without a policy. */
  readonly autoTerminationIdle?: boolean | undefined
}

export interface NodeFacts {
  /** How many there are to be, in nodes, in units of the policy, and virtual CPUs. */
  readonly requested: Amounts
  readonly running: Amounts
  /** Nodes that were asked for and are not up yet. */
  readonly pending: number
}

export interface Amounts {
  readonly nodes: number
  /** Undefined when a node is of a type whose number is not known. */
  readonly vcpu: number | undefined
  /** Units of the fleets' capacity; of groups: nodes. */
  readonly units: number
}

/** `units`: which of a node's amounts its policy counts in. */
export interface ScalingFacts {
  readonly units: keyof Amounts
}

type Reader = (facts: ClusterFacts) => number | undefined
interface Metric {
  /** In CloudWatch's words. */
  readonly unit: 'Count' | 'Percent' | 'None'
  readonly help: string
  /** Undefined when it is not known: there is no sample then. */
  readonly of: Reader
}

const spark =
  (of: (work: SparkWork) => number | undefined): Reader =>
  (facts) =>
    facts.spark && of(facts.spark)
const count = (help: string, of: Reader): Metric => ({ unit: 'Count', help, of })
const flag = (isSet: boolean): number => (isSet ? 1 : 0)

/** Metrics of managed scaling: Total, Core and Task by Units, Nodes and VCPU, Requested and Running. */
const MANAGED: Readonly<Record<string, Metric>> = Object.fromEntries(
  (
    [
      ['Units', undefined],
      ['Nodes', 'nodes'],
      ['VCPU', 'vcpu'],
    ] as const
  ).flatMap(([amount, fixed]) =>
    (['Requested', 'Running'] as const).flatMap((state) => {
      const of = (facts: ClusterFacts, roles: readonly ('core' | 'task')[]): number | undefined => {
        const { scaling } = facts
        if (!scaling) return undefined
        const key = state === 'Requested' ? 'requested' : 'running'
        return roles.reduce<number | undefined>((sum, role) => {
          const more = facts[role][key][fixed ?? scaling.units]
          return sum === undefined || more === undefined ? undefined : sum + more
        }, 0)
      }
      return (
        [
          ['Total', ['core', 'task']],
          ['Core', ['core']],
          ['Task', ['task']],
        ] as const
      ).map(([name, roles]) => [
        `${name}${amount}${state}`,
        count(
          `${name} ${amount.toLowerCase()} that managed scaling has ${state.toLowerCase()}`,
          (facts) => of(facts, roles),
        ),
      ])
    }),
  ),
)

/**
 * Every metric of EMR's that is known here, by its name in CloudWatch. Spark's master stands where AWS has YARN:
 * its applications are the applications, its executors the containers, its workers the nodes of MapReduce.
 */
export const METRICS: Readonly<Record<string, Metric>> = {
  ...MANAGED,
  IsIdle: { unit: 'None', help: '1 when nothing runs or waits', of: ({ isIdle }) => flag(isIdle) },
  AppsRunning: count(
    'Applications of Spark that have executors',
    spark((w) => w.runningApps),
  ),
  AppsPending: count(
    'Applications of Spark that wait',
    spark((w) => w.pendingApps),
  ),
  AppsCompleted: count(
    'Applications of Spark that ended well',
    spark((w) => w.completedApps),
  ),
  AppsFailed: count(
    'Applications of Spark that failed',
    spark((w) => w.failedApps),
  ),
  AppsKilled: count(
    'Applications of Spark that were killed',
    spark((w) => w.killedApps),
  ),
  AppsSubmitted: count(
    'Applications that Spark was given',
    spark((w) => w.runningApps + w.pendingApps + w.completedApps + w.failedApps + w.killedApps),
  ),
  ContainerAllocated: count(
    'Executors',
    spark((w) => w.executors),
  ),
  ContainerPending: count(
    'Executors that are wanted',
    spark((w) => w.pendingExecutors),
  ),
  ContainerPendingRatio: count(
    'Executors that are wanted, to those there are',
    spark((w) => (w.executors === 0 ? w.pendingExecutors : w.pendingExecutors / w.executors)),
  ),
  MemoryTotalMB: { unit: 'Count', help: 'Of the workers', of: spark((w) => w.memoryMiB) },
  MemoryAllocatedMB: { unit: 'Count', help: 'Of executors', of: spark((w) => w.memoryUsedMiB) },
  MemoryAvailableMB: {
    unit: 'Count',
    help: 'That no executor has',
    of: spark((w) => w.memoryMiB - w.memoryUsedMiB),
  },
  YARNMemoryAvailablePercentage: {
    unit: 'Percent',
    help: 'Memory of the workers that no executor has',
    of: spark((w) =>
      w.memoryMiB === 0 ? undefined : (100 * (w.memoryMiB - w.memoryUsedMiB)) / w.memoryMiB,
    ),
  },
  CoreNodesRunning: count('Core nodes', ({ core }) => core.running.nodes),
  CoreNodesPending: count('Core nodes to come', ({ core }) => core.pending),
  TaskNodesRunning: count('Task nodes', ({ task }) => task.running.nodes),
  TaskNodesPending: count('Task nodes to come', ({ task }) => task.pending),
  MRTotalNodes: count(
    'Workers of Spark',
    spark((w) => w.workers + w.lostWorkers),
  ),
  MRActiveNodes: count(
    'Workers of Spark that work',
    spark((w) => w.workers),
  ),
  MRLostNodes: count(
    'Workers of Spark that were given up',
    spark((w) => w.lostWorkers),
  ),
  AutoTerminationIsClusterIdle: {
    unit: 'None',
    help: '1 while auto-termination counts the time',
    of: ({ autoTerminationIdle }) =>
      autoTerminationIdle === undefined ? undefined : flag(autoTerminationIdle),
  },
}

/** Values of one moment by the metrics' names; those that are not known are not there. */
export type Values = Readonly<Record<string, number>>

/** Reads every metric. */
export function valuesOf(facts: ClusterFacts): Values {
  const values: Record<string, number> = {}
  for (const [name, { of }] of Object.entries(METRICS)) {
    const value = of(facts)
    if (value !== undefined) values[name] = value
  }
  return values
}
