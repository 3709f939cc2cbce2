import { buildCommand, buildRouteMap } from '@stricli/core'
import { parseCount } from '../../core/count.js'
import { parseDuration } from '../../core/duration.js'
import { parseSize } from '../../core/size.js'
import type {
  ClusterListFlags,
  ClusterScaleFlags,
  ClusterStartFlags,
  ClusterStopFlags,
} from '../actions/cluster.js'
import type { Cli } from '../cli.js'
import { reportFlags } from '../flags/report-flags.js'
import { commonAliases, sparkFlags } from '../flags/setting-flags.js'
import { kubernetes } from './kubernetes.js'
import { submitEmr } from './submit-emr.js'

const flags = { ...sparkFlags, ...reportFlags }

const count = (least: number) => (text: string) => parseCount(text, least, 200)

/** The cluster that is meant; none: the only one. */
const oneCluster = {
  kind: 'tuple',
  parameters: [
    {
      parse: String,
      brief: 'The cluster; default: the only one that runs',
      placeholder: 'id',
      optional: true,
    },
  ],
} as const

const start = buildCommand<ClusterStartFlags, [], Cli>({
  docs: {
    brief: 'Start a Spark cluster of processes on this machine',
    fullDescription: [
      'Starts a master, workers and a Spark Connect server on loopback addresses, and says how to reach it.',
      'It stays until headrig cluster stop. Core workers keep shuffle and cached data, task workers may vanish.',
      'Without workers the driver does the work alone.',
      '',
      'Example:\n  headrig cluster start --workers 2 --worker-memory 2GiB',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...flags,
      name: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'What to call it; default: made up',
        placeholder: 'id',
      },
      workers: {
        kind: 'parsed',
        parse: count(0),
        default: '0',
        brief: 'How many core workers',
        placeholder: 'n',
      },
      taskWorkers: {
        kind: 'parsed',
        parse: count(0),
        default: '0',
        brief: 'How many task workers',
        placeholder: 'n',
      },
      workerCores: {
        kind: 'parsed',
        parse: count(1),
        optional: true,
        brief: 'Threads of each worker; default: 1, or all of the machine without workers',
        placeholder: 'n',
      },
      workerMemory: {
        kind: 'parsed',
        parse: parseSize,
        default: '1GiB',
        brief: 'Heap of each worker, whose process takes some 300 MiB more',
        placeholder: 'size',
      },
      driverMemory: {
        kind: 'parsed',
        parse: parseSize,
        default: '1GiB',
        brief: 'Heap of the driver',
        placeholder: 'size',
      },
      master: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'A standalone master that is there: only the driver is started',
        placeholder: 'spark://host:port',
      },
      masterSecretFile: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Holds what that master asks for (spark.authenticate.secret)',
        placeholder: 'file',
      },
      driverHost: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'By which its workers reach the driver; default: 127.0.0.1',
        placeholder: 'address',
      },
      conf: {
        kind: 'parsed',
        parse: String,
        variadic: true,
        optional: true,
        brief: 'A setting of Spark; may be given several times',
        placeholder: 'spark.name=value',
      },
    },
    aliases: commonAliases,
  },
  loader: async () => (await import('../actions/cluster.js')).runClusterStart,
})

const list = buildCommand<ClusterListFlags, [], Cli>({
  docs: {
    brief: 'List the clusters of this machine and their nodes',
    fullDescription:
      'Lists the clusters that run here, and ends what a killed process left behind.\n\nExample:\n  headrig cluster list',
  },
  parameters: { flags, aliases: commonAliases },
  loader: async () => (await import('../actions/cluster.js')).runClusterList,
})

const scale = buildCommand<ClusterScaleFlags, [id?: string], Cli>({
  docs: {
    brief: 'Change how many workers a cluster has, while jobs run',
    fullDescription: [
      'Starts workers, or takes them out: one that leaves gets no more work, hands over its shuffle files and',
      'cached data, and ends.',
      '',
      'Example:\n  headrig cluster scale --task-workers 0',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...flags,
      workers: {
        kind: 'parsed',
        parse: count(1),
        optional: true,
        brief: 'How many core workers',
        placeholder: 'n',
      },
      taskWorkers: {
        kind: 'parsed',
        parse: count(0),
        optional: true,
        brief: 'How many task workers',
        placeholder: 'n',
      },
      grace: {
        kind: 'parsed',
        parse: parseDuration,
        default: '5m',
        brief: 'How long a worker may take to hand over its data',
        placeholder: 'time',
      },
    },
    aliases: commonAliases,
    positional: oneCluster,
  },
  loader: async () => (await import('../actions/cluster.js')).runClusterScale,
})

const stop = buildCommand<ClusterStopFlags, [id?: string], Cli>({
  docs: {
    brief: 'End a cluster and what it runs',
    fullDescription:
      'Ends the processes of a cluster and removes its folder.\n\nExample:\n  headrig cluster stop',
  },
  parameters: { flags, aliases: commonAliases, positional: oneCluster },
  loader: async () => (await import('../actions/cluster.js')).runClusterStop,
})

export const cluster = buildRouteMap<
  'start' | 'list' | 'scale' | 'stop' | 'kubernetes' | 'submit-emr',
  Cli
>({
  routes: { start, list, scale, stop, kubernetes, 'submit-emr': submitEmr },
  docs: { brief: 'Start, list, scale and stop Spark clusters' },
})
