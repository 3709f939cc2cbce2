import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { clustersFolder, enginesFolder } from '../app/clusters.js'
import type { Environment, Settings } from '../core/config-settings.js'
import type { Logger } from '../core/logger.js'
import type { SystemUser } from '../core/system-user.js'
import type { CommandContext } from '../jobs/commands/command.js'
import { commandLauncher } from '../jobs/commands/launcher.js'
import { settingsContext } from '../jobs/commands/settings-context.js'
import { localHadoop } from '../jobs/hadoop/step-hadoop.js'
import type { Launcher } from '../jobs/launch.js'
import { StepRunner } from '../jobs/runner.js'
import { sparkEngine, sparkOfCluster } from '../jobs/spark/step-spark.js'
import { stepUser } from '../jobs/step-user.js'
import type { StepSpec } from '../jobs/step.js'
import type { State } from '../state/state.js'
import { openKms } from '../storage/kms.js'
import { openStore } from '../storage/open.js'
import type { Markers } from '../wire/paging.js'
import { isActive, isOver } from './cluster/documents.js'
import { Documents } from './cluster/documents-store.js'
import { ClusterLife } from './cluster/life.js'
import type { EmrContext } from './context.js'
import { KerberosClusters } from './kerberos/kerberos-clusters.js'
import { LogPlaces } from './log-places.js'
import { bringUpWith, endBootstrap } from './nodes/bring-up.js'
import { LocalNodes } from './nodes/local.js'
import { NodeLogs } from './nodes/logs.js'
import { executorVariables, withoutAws } from './roles/variables.js'
import { StepRoles } from './roles/step-roles.js'
import type { BlockPublicAccessStore } from './security/block-public-access.js'
import { alarmRulesOf, openScaling, type Scaling } from './scaling/open-scaling.js'
import { LogSeals } from './security/log-seals.js'
import { protectedContext, sparkProtection } from './security/protection.js'
import { SecurityStore } from './security/store.js'
import { ClusterSessions } from './sessions/cluster-sessions.js'
import { connectTarget } from './sessions/connect-proxy.js'
import { hadoopSite, sparkDefaults } from './spark-settings.js'

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
  const user = await userOf(settings, logger)
  const rules = await alarmRulesOf(settings)
  const documents = new Documents(state)
  const places = {
    home: settings.sparkHome,
    jars: settings.sparkJars,
    enginesFolder: enginesFolder(settings),
    clustersFolder: clustersFolder(settings),
    env,
    ...(user && { user }),
  }
  const security = new SecurityStore(state)
  const kerberos = await KerberosClusters.open(
    { folder: join(folder, 'kerberos'), logger },
    (id) => !isOver(documents.cluster(id)?.state ?? 'TERMINATED'),
  )
  const roles = await StepRoles.open({
    settings,
    state,
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
  const kms = openKms({ endpoint: settings.emrKmsEndpoint, identity: roles.identity })
  const seals = new LogSeals(kms, (cluster) => security.of(cluster))
  const logs = new LogPlaces({ settings, documents, security, seals })
  const commands: CommandContext = {
    ...settingsContext(settings),
    engine: () => sparkEngine(places),
    ...(user && { user }),
    open: (uri, spec) => openStore(uri, roles.storeOptions(spec, uri)),
    async spark(spec) {
      const { cluster } = spec
      await nodes.spark(cluster, documents.instances.of(cluster))
      const conf = {
        ...sparkDefaults(documents.cluster(cluster)),
        ...executorVariables(await roles.environment(spec)),
      }
      return { ...(await sparkOfCluster(cluster, places)), conf }
    },
    hadoop: ({ cluster }) =>
      localHadoop({
        ...places,
        hdfs: join(folder, 'hdfs', cluster),
        conf: hadoopSite(documents.cluster(cluster)),
      }),
  }
  const sessions = new ClusterSessions({
    port: settings.emrSessionPort,
    now,
    async targetOf(cluster) {
      if (!isActive(documents.cluster(cluster)?.state ?? 'TERMINATED')) return undefined
      await nodes.spark(cluster, documents.instances.of(cluster))
      const { connectUrl, token } = await sparkOfCluster(cluster, places)
      return connectTarget(connectUrl, token)
    },
  })
  const launch: Launcher = async (spec, place) => {
    // A step whose logs could not be sealed does not run.
    await seals.prepare(spec)
    const protection = security.of(spec.cluster)
    const ticket =
      protection.kerberos && (await kerberos.ticket(spec.cluster, protection.kerberos, place))
    const context = protectedContext(commands, protection, settings.lake)
    return commandLauncher({ ...context, ...(ticket && { ticket }) })(spec, place)
  }
  const environment = (spec: StepSpec) => roles.environment(spec)
  const nodes: LocalNodes = new LocalNodes({
    folder: join(folder, 'nodes'),
    // Jobs of others run there: they get the rights of the cluster, not those of the server.
    places: { ...places, env: withoutAws(env) },
    mostWorkers: availableParallelism(),
    sparkConf: async (id) => sparkDefaults(documents.cluster(id)),
    sparkEnv: (id) => roles.clusterEnvironment(id),
    protection: (id) =>
      sparkProtection(security.of(id), (uri) =>
        openStore(uri, roles.storeOptions({ id, cluster: id }, uri)),
      ),
    logger,
  })
  const release = (id: string): void => {
    roles.release(id)
    seals.release(id)
  }
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
        ...(user && { user }),
      },
      release,
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
    ...(user && { user }),
    now,
    concurrency: (cluster) => life.concurrency(cluster),
    onEnd({ spec }) {
      release(spec.id)
      life.kick(spec.cluster)
    },
  })
  life.on(({ id, state: is }) => {
    if (!isOver(is)) return
    release(id)
    void kerberos.release(id)
  })
  // Spark that outlived a kill asks for credentials where it did before.
  for (const { id } of documents.liveClusters()) roles.clusterEnvironment(id)
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
    kerberos,
    sessions,
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
        security.release(id)
      }
    },
    async close() {
      await scaling.close()
      await runner.close()
      await life.close()
      await sessions.close()
      await nodeLogs.close()
      const active = documents.liveClusters()
      await Promise.all(active.map(({ id }) => nodes.rest(id)))
      await roles.close()
    },
  }
}

/** Whom steps run as, if not the server's own user. */
async function userOf(settings: Settings, logger: Logger): Promise<SystemUser | undefined> {
  if (settings.stepUser !== undefined) return stepUser(settings.stepUser, settings.dataFolder)
  if (process.getuid?.() === 0)
    logger.warn('steps run as root and can read all that is here: set server.step_user')
  return undefined
}
