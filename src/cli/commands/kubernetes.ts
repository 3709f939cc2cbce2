import { buildCommand } from '@stricli/core'
import { parseCount } from '../../core/count.js'
import { parseSize } from '../../core/size.js'
import type { KubernetesFlags } from '../actions/kubernetes.js'
import type { Cli } from '../cli.js'
import { reportFlags } from '../flags/report-flags.js'
import { commonAliases, commonFlags } from '../flags/setting-flags.js'

const text = { kind: 'parsed', parse: String } as const

const count = (least: number, initial: string, brief: string) =>
  ({
    kind: 'parsed',
    parse: (word: string) => parseCount(word, least, 10_000),
    default: initial,
    brief,
    placeholder: 'n',
  }) as const

const size = (initial: string, brief: string) =>
  ({ kind: 'parsed', parse: parseSize, default: initial, brief, placeholder: 'size' }) as const

/** What starts a cluster on Kubernetes. */
export const kubernetes = buildCommand<KubernetesFlags, [], Cli>({
  docs: {
    brief: 'Write what starts a Spark cluster on Kubernetes',
    fullDescription: [
      'Writes pod templates and prints the spark-submit command that uses them; it starts nothing. The driver goes to',
      'nodes with the label headrig-role=primary, core workers to =core, task workers also to =task, which such nodes',
      'have as a taint, too.',
      '',
      'Example:',
      '  headrig cluster kubernetes --api-server https://192.0.2.7:6443 --image registry.example/spark:4.2.0 --dry-run',
    ].join('\n'),
  },
  parameters: {
    flags: {
      apiServer: { ...text, brief: 'Of Kubernetes', placeholder: 'url' },
      image: { ...text, brief: 'Holds Spark 4.2 and Delta', placeholder: 'image' },
      name: { ...text, default: 'headrig', brief: 'Starts the names of pods', placeholder: 'name' },
      namespace: { ...text, default: 'default', brief: 'Where its pods are', placeholder: 'name' },
      serviceAccount: {
        ...text,
        default: 'spark',
        brief: 'What the driver acts as',
        placeholder: 'name',
      },
      tokenSecret: {
        ...text,
        default: 'headrig-token',
        brief: 'The secret whose token Spark Connect asks for',
        placeholder: 'name',
      },
      workers: count(1, '2', 'Executors that stay'),
      taskWorkers: count(0, '0', 'Executors that come and go with the work'),
      workerCores: count(1, '2', 'Threads of each executor'),
      workerMemory: size('4GiB', 'Heap of each executor'),
      driverMemory: size('2GiB', 'Heap of the driver'),
      conf: {
        ...text,
        optional: true,
        variadic: true,
        brief: 'A setting of Spark',
        placeholder: 'spark.name=value',
      },
      folder: { ...text, default: 'k8s', brief: 'Where the templates go', placeholder: 'folder' },
      dryRun: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Print the templates and write nothing',
      },
      ...commonFlags,
      ...reportFlags,
    },
    aliases: { ...commonAliases, n: 'dryRun' },
  },
  loader: async () => (await import('../actions/kubernetes.js')).runKubernetes,
})
