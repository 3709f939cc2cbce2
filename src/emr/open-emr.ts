import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { clustersFolder, enginesFolder } from '../app/clusters.js'
import { storeOptions } from '../app/context.js'
import type { Environment, Settings } from '../core/config-settings.js'
import type { Logger } from '../core/logger.js'
import { commandLauncher } from '../jobs/commands/launcher.js'
import { settingsContext } from '../jobs/commands/settings-context.js'
import { localHadoop } from '../jobs/hadoop/step-hadoop.js'
import { StepLogs } from '../jobs/logs.js'
import { StepRunner } from '../jobs/runner.js'
import { sparkEngine, sparkOfCluster } from '../jobs/spark/step-spark.js'
import type { StepSpec } from '../jobs/step.js'
import type { State } from '../state/state.js'
import { openStore } from '../storage/open.js'
import type { Markers } from '../wire/paging.js'
import { isOver } from './cluster/documents.js'
import { Documents } from './cluster/documents-store.js'
import { ClusterLife } from './cluster/life.js'
import type { EmrContext } from './context.js'
import { bringUpWith } from './nodes/bring-up.js'
import { LocalNodes } from './nodes/local.js'
import { stepCredentials } from './roles/step-credentials.js'
import type { BlockPublicAccessStore } from './security/block-public-access.js'
import { SecurityStore } from './security/store.js'

export interface EmrOptions {
  readonly settings: Settings
  readonly env: Environment
  readonly state: State
  readonly markers: Markers
  readonly publicAccess: BlockPublicAccessStore
  /** The port at which other machines reach this server without TLS; undefined when they do not. */
  readonly openPort: () => number | undefined
  readonly now: () => number
  readonly logger: Logger
}

export interface Emr {
  readonly context: EmrContext
  /** Ends all clusters and forgets them: between tests. */
  reset(): Promise<void>
  /** Cancels the steps that run and ends what was started for clusters; they go on at the next start. */
  close(): Promise<void>
}

/** Opens EMR over the server's state: clusters that were there go on, what a kill left behind is ended or found. */
export async function openEmr(options: EmrOptions): Promise<Emr> {
  const { settings, env, state, markers, publicAccess, openPort, now, logger } = options
  const folder = join(settings.dataFolder, 'emr')
  const documents = new Documents(state)
  const places = {
    home: settings.sparkHome,
    jars: settings.sparkJars,
    enginesFolder: enginesFolder(settings),
    clustersFolder: clustersFolder(settings),
    env,
  }
  const launch = commandLauncher({
    ...settingsContext(settings),
    engine: () => sparkEngine(places),
    open: (uri) => openStore(uri, storeOptions(settings)),
    async spark({ cluster }) {
      await nodes.spark(cluster, documents.instances.of(cluster))
      return sparkOfCluster(cluster, places)
    },
    hadoop: ({ cluster }) => localHadoop({ ...places, hdfs: join(folder, 'hdfs', cluster) }),
  })
  const environment = (spec: StepSpec) => stepCredentials(spec, { settings, env })
  const logsAt = (prefix: (spec: StepSpec) => string) => (spec: StepSpec, of: string) =>
    spec.logUri === undefined
      ? undefined
      : new StepLogs({
          folder: of,
          store: openStore(spec.logUri, storeOptions(settings)),
          prefix: prefix(spec),
        })
  const nodes: LocalNodes = new LocalNodes({
    folder: join(folder, 'nodes'),
    places,
    mostWorkers: availableParallelism(),
    sparkConf: async () => ({}),
    logger,
  })
  const life: ClusterLife = new ClusterLife({
    documents,
    nodes,
    bringUp: bringUpWith({
      documents,
      nodes,
      now,
      attempt: {
        launch,
        environment,
        logs: logsAt(({ cluster, id }) => {
          const [, instance = '', n = ''] = /^(.+)-ba-(\d+)$/.exec(id) ?? []
          return `${cluster}/node/${documents.instances.get(instance)?.ec2Id}/bootstrap-actions/${n}`
        }),
      },
      changed: (cluster) => life.kick(cluster),
      failed: (instance, reason) => life.fail(instance, reason),
    }),
    storeLogs: async () => undefined,
    now,
    logger,
  })
  const runner = await StepRunner.open({
    state,
    folder: join(folder, 'steps'),
    launch,
    environment,
    logs: logsAt(({ cluster, id }) => `${cluster}/steps/${id}`),
    now,
    concurrency: (cluster) => life.concurrency(cluster),
    onEnd: ({ spec }) => life.kick(spec.cluster),
  })
  life.start(runner)
  const { serverAccount: account, serverRegion: region } = settings
  return {
    context: {
      settings,
      account,
      region,
      now,
      logger,
      markers,
      documents,
      runner,
      life,
      nodes,
      security: new SecurityStore(state),
      publicAccess,
      openPort,
    },
    async reset() {
      for (const { id } of documents.clusters()) {
        life.terminate(id, 'TERMINATED', { code: 'USER_REQUEST', message: 'The server was reset' })
        await life.over(id)
        runner.forget(id)
        documents.forget(id)
      }
    },
    async close() {
      await runner.close()
      await life.close()
      const active = documents.clusters().filter(({ state: is }) => !isOver(is))
      await Promise.all(active.map(({ id }) => nodes.rest(id)))
    },
  }
}
