import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { clustersFolder, enginesFolder } from '../app/clusters.js'
import type { Environment, Settings } from '../core/config-settings.js'
import type { Logger } from '../core/logger.js'
import { commandLauncher } from '../jobs/commands/launcher.js'
import { settingsContext } from '../jobs/commands/settings-context.js'
import { localHadoop } from '../jobs/hadoop/step-hadoop.js'
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
import { LogPlaces } from './log-places.js'
import { bringUpWith, endBootstrap } from './nodes/bring-up.js'
import { LocalNodes } from './nodes/local.js'
import { NodeLogs } from './nodes/logs.js'
import { StepRoles } from './roles/step-roles.js'
import type { BlockPublicAccessStore } from './security/block-public-access.js'
import { alarmRulesOf, openScaling, type Scaling } from './scaling/open-scaling.js'
import { SecurityStore } from './security/store.js'
import { sparkDefaults } from './spark-settings.js'

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
  /** Metrics, alarms, and what resizes clusters. */
  readonly scaling: Scaling
  /** Ends all clusters and forgets them: between tests. */
  reset(): Promise<void>
  /** Cancels the steps that run and ends what was started for clusters; they go on at the next start. */
  close(): Promise<void>
}

/** Opens EMR over the server's state: clusters that were there go on, what a kill left behind is ended or found. */
export async function openEmr(options: EmrOptions): Promise<Emr> {
  const { settings, env, state, markers, publicAccess, openPort, now, logger } = options
  const folder = join(settings.dataFolder, 'emr')
  const rules = await alarmRulesOf(settings)
  const documents = new Documents(state)
  const places = {
    home: settings.sparkHome,
    jars: settings.sparkJars,
    enginesFolder: enginesFolder(settings),
    clustersFolder: clustersFolder(settings),
    env,
  }
  const security = new SecurityStore(state)
  const logs = new LogPlaces(settings, documents, security)
  const roles = await StepRoles.open({
    settings,
    logger,
    clusterOf(id) {
      const cluster = documents.cluster(id)
      const master = documents.instances.of(id).find(({ role }) => role === 'MASTER')
      const { jobFlowRole } = cluster ?? {}
      return (
        cluster && {
          ...(jobFlowRole !== undefined && { jobFlowRole }),
          security: security.of(id),
          instanceId: master?.ec2Id ?? '',
        }
      )
    },
  })
  const launch = commandLauncher({
    ...settingsContext(settings),
    engine: () => sparkEngine(places),
    open: (uri, spec) => openStore(uri, roles.storeOptions(spec, uri)),
    async spark({ cluster }) {
      await nodes.spark(cluster, documents.instances.of(cluster))
      const conf = sparkDefaults(documents.cluster(cluster))
      return { ...(await sparkOfCluster(cluster, places)), conf }
    },
    hadoop: ({ cluster }) => localHadoop({ ...places, hdfs: join(folder, 'hdfs', cluster) }),
  })
  const environment = (spec: StepSpec) => roles.environment(spec)
  const nodes: LocalNodes = new LocalNodes({
    folder: join(folder, 'nodes'),
    places,
    mostWorkers: availableParallelism(),
    sparkConf: async (id) => sparkDefaults(documents.cluster(id)),
    logger,
  })
  const nodeLogs = new NodeLogs({
    documents,
    nodes,
    open: (uri, cluster) => logs.store(uri, cluster),
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
        logs: (spec, of) => logs.ofBootstrapAction(spec, of),
      },
      release: (action) => roles.release(action),
      changed: (cluster) => life.kick(cluster),
      failed: (instance, reason) => life.fail(instance, reason),
    }),
    cleanUp: endBootstrap,
    storeLogs: (cluster) => nodeLogs.finish(cluster),
    now,
    logger,
  })
  const runner = await StepRunner.open({
    state,
    folder: join(folder, 'steps'),
    launch,
    environment,
    logs: (spec, of) => logs.ofStep(spec, of),
    now,
    concurrency: (cluster) => life.concurrency(cluster),
    onEnd({ spec }) {
      roles.release(spec.id)
      life.kick(spec.cluster)
    },
  })
  const { serverAccount: account, serverRegion: region } = settings
  const context: EmrContext = {
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
    security,
    publicAccess,
    openPort,
  }
  const scaling = openScaling(context, state, rules)
  life.start(runner)
  scaling.loop.start()
  return {
    context,
    scaling,
    async reset() {
      for (const { id } of documents.clusters()) {
        life.terminate(id, 'TERMINATED', { code: 'USER_REQUEST', message: 'The server was reset' })
        await life.over(id)
        runner.forget(id)
        documents.forget(id)
      }
    },
    async close() {
      await scaling.loop.close()
      await runner.close()
      await life.close()
      await nodeLogs.close()
      const active = documents.clusters().filter(({ state: is }) => !isOver(is))
      await Promise.all(active.map(({ id }) => nodes.rest(id)))
      await roles.close()
    },
  }
}
