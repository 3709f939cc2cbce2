import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openAudit } from '../audit/audit.js'
import { Authoriser } from '../auth/authoriser.js'
import type { Directory } from '../auth/keys/directory.js'
import { openDirectory } from '../auth/keys/open-directory.js'
import { environment } from '../core/config.js'
import type { Environment, Settings } from '../core/config-settings.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import { BlockPublicAccessStore } from '../emr/security/block-public-access.js'
import { openEmr } from '../emr/open-emr.js'
import { interruptInstances, readInterruption } from '../emr/scaling/interrupt.js'
import { openState, type State } from '../state/state.js'
import { stsOperations } from '../sts/operations.js'
import { Markers } from '../wire/paging.js'
import { auditStore } from './audit-store.js'
import { emrGauges } from './emr-gauges.js'
import { httpApp } from './http-app.js'
import { CONNECTION_LIMITS, listen } from './listen.js'
import { isLoopback } from './loopback.js'
import { makeMetrics } from './metrics.js'
import { pipeline } from './pipeline.js'
import { ratesOf } from './rates.js'
import { recordChanges } from './record-changes.js'
import { serverTls } from './server-tls.js'
import { serviceTable } from './service-table.js'
import { services } from './services.js'
import { sigV4Authenticator } from './sigv4-authenticator.js'
import { TokenBuckets } from './token-buckets.js'

export interface ServeOptions {
  readonly settings: Settings
  readonly logger: Logger
  readonly clock?: () => Date
  /** What Spark and steps are given some of. Default: that of this process. */
  readonly env?: Environment
}

export interface RunningServer {
  /** `https://127.0.0.1:8040`. */
  readonly url: string
  /** What clients are to trust; undefined when the certificate is the user's own, or there is none. */
  readonly certFile?: string | undefined
  /**
   * Holds the first key, as the AWS CLI reads it (`AWS_SHARED_CREDENTIALS_FILE`): at the first start,
   * when there is no key at all.
   */
  readonly firstKeyFile?: string | undefined
  /** Finishes the calls that run, delivers the audit records, and closes everything. */
  close(): Promise<void>
}

const GRACE_MS = 30_000

/**
 * Starts the server over its data folder; what a killed one left is taken up.
 * @throws HeadrigError `unavailable` when another server has the folder or the port,
 * `invalid` for plain HTTP that others could reach
 * @example const server = await startServer({ settings, logger })
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { settings, logger, clock = () => new Date(), env = environment() } = options
  const { dataFolder, serverHost: host, serverAccount: account, serverRegion: region } = settings
  const closers: (() => Promise<void> | void)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }
  try {
    const state = openState(join(dataFolder, 'server', 'state.db'))
    closers.push(() => state.close())
    const publicAccess = new BlockPublicAccessStore(state, account)
    const tls = await serverTls(settings, clock(), publicAccess.get())
    const isOpen = tls === undefined && !isLoopback(host)
    if (isOpen) logger.warn(`plain HTTP on ${host} shows keys and data to the network`)
    const directory = openDirectory({ ...settings, account, now: clock })
    closers.push(() => directory.close())
    const warn = (message: string): void => logger.warn(message)
    const folder = join(dataFolder, 'audit')
    const audit = await openAudit({
      folder,
      state,
      account,
      region,
      store: auditStore(settings),
      historyDays: settings.auditHistoryDays,
      deliverySeconds: settings.auditInterval / 1000,
      clock,
      warn,
    })
    closers.push(() => audit.close())
    audit.start()
    closers.push(recordChanges({ directory, audit, account, region, warn }))
    const authoriser = new Authoriser(directory)
    const sts = stsOperations(directory, authoriser)
    const markers = new Markers(markerSecret(state))
    const emr = await openEmr({
      settings,
      env,
      state,
      markers,
      logger,
      publicAccess,
      openPort: () => (isOpen ? listener.port : undefined),
      now: () => clock().getTime(),
    })
    closers.push(() => emr.close())
    const metrics = makeMetrics(
      {
        headrig_audit_problem: () => (audit.problem() === undefined ? 0 : 1),
        headrig_audit_files_undelivered: () => audit.undelivered(),
      },
      emrGauges(emr.scaling),
    )
    closers.push(() => metrics.clear())
    const rates = ratesOf(settings)
    let isDraining = false
    const app = httpApp({
      handle: pipeline({
        table: serviceTable(services({ audit, sts, emr: emr.context })),
        authenticator: sigV4Authenticator(directory),
        authoriser,
        audit,
        account,
        region,
        keyRate: new TokenBuckets(rates.key),
        callTime: settings.serverCallTime,
        logger,
      }),
      metrics,
      logger,
      problem: () => audit.problem(),
      isDraining: () => isDraining,
      bodyBytes: settings.serverBodySize,
      addressRate: rates.address,
      refusedRate: rates.refused,
      metricsToken: settings.serverMetricsToken,
      test: settings.testMode
        ? {
            reset: () => emr.reset(),
            interrupt: (body) => interruptInstances(readInterruption(body), emr.context),
          }
        : undefined,
      clock,
    })
    const listener = await listen(app, {
      host,
      port: settings.serverPort,
      tls,
      limits: { ...CONNECTION_LIMITS, connections: settings.serverConnections },
    })
    closers.push(() => listener.close(GRACE_MS))
    const name = host.includes(':') ? `[${host}]` : host
    return {
      url: `${tls ? 'https' : 'http'}://${name}:${listener.port}`,
      certFile: tls?.ownCertFile,
      firstKeyFile: await firstKey(directory, join(dataFolder, 'server', 'first-key')),
      async close() {
        isDraining = true
        await close()
      },
    }
  } catch (error) {
    await close().catch((second: unknown) => logger.warn(`closing: ${messageOf(second)}`))
    throw error
  }
}

/** A key of the account itself, for whoever can read the data folder; undefined when there are keys. */
async function firstKey(directory: Directory, file: string): Promise<string | undefined> {
  const key = directory.bootstrap()
  if (!key) return undefined
  const lines = [
    '[default]',
    `aws_access_key_id = ${key.accessKeyId}`,
    `aws_secret_access_key = ${key.secretAccessKey}`,
  ]
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  return file
}

/** Kept, so that a list can be gone on with after a restart. */
function markerSecret(state: State): Buffer {
  const secrets = state.collection<{ readonly hex: string }>('server.marker-secret')
  const kept = secrets.get('1')
  if (kept) return Buffer.from(kept.hex, 'hex')
  const made = randomBytes(32)
  secrets.put('1', { hex: made.toString('hex') })
  return made
}
