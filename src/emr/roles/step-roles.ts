import type { Settings } from '../../core/config-settings.js'
import { HeadrigError } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import type { StepSpec } from '../../jobs/step.js'
import type { State } from '../../state/state.js'
import { awsIdentity, type AwsIdentity } from '../../storage/aws-identity.js'
import type { StoreOptions } from '../../storage/open.js'
import { encryptionFor } from '../security/s3-encryption.js'
import { reopenEndpoint } from './endpoint-place.js'
import type { Grant, MetadataEndpoint } from './metadata-endpoint.js'
import { roleOfStep, type ClusterOfStep } from './role-of-step.js'
import { sessionSource, type SessionSource } from './session-source.js'

export interface StepRolesOptions {
  readonly settings: Settings
  readonly state: State
  readonly logger: Logger
  /** Undefined for a cluster that is not there. */
  readonly clusterOf: (id: string) => (ClusterOfStep & { readonly instanceId: string }) | undefined
  /** The server's own credentials; default: as AWS's tools find them. */
  readonly identity?: () => Promise<AwsIdentity>
}

/** A step, as far as its rights go. */
export type StepRights = Pick<StepSpec, 'id' | 'cluster' | 'role' | 'sourceIdentity'>

type Variables = Readonly<Record<string, string>>

const AWS_STS = 'https://sts.{region}.amazonaws.com'

/** Gives each step the credentials of its role, and nothing else; the Spark of a cluster those of the cluster's. */
export class StepRoles {
  /** The server's own credentials. */
  readonly identity: () => Promise<AwsIdentity>
  readonly #options: StepRolesOptions
  readonly #endpoint: MetadataEndpoint
  readonly #secretOf: (cluster: string) => string
  readonly #region: string
  readonly #sts: string
  readonly #grants = new Map<string, Grant>()
  readonly #sessions = new Map<string, SessionSource | undefined>()

  private constructor(
    options: StepRolesOptions,
    { endpoint, secretOf }: Awaited<ReturnType<typeof reopenEndpoint>>,
  ) {
    const { s3Region, s3Profile, s3Endpoint, serverRegion, emrStsEndpoint } = options.settings
    const region = s3Region ?? serverRegion
    this.#options = options
    this.#region = region
    this.#endpoint = endpoint
    this.#secretOf = secretOf
    this.identity = options.identity ?? awsIdentity({ region, profile: s3Profile })
    this.#sts = emrStsEndpoint ?? s3Endpoint ?? AWS_STS.replace('{region}', region)
  }

  /** Opens the endpoint that steps ask. */
  static async open(options: StepRolesOptions): Promise<StepRoles> {
    return new StepRoles(options, await reopenEndpoint(options.state, options.logger))
  }

  /**
   * The variables of a step: where it gets its credentials, never these themselves. They are good until `release`.
   * @throws HeadrigError when the role cannot be assumed: the step then fails with the message
   */
  async environment(step: StepRights): Promise<Variables> {
    await this.#sessionOf(step)?.()
    return this.#variables(step)
  }

  /** The variables of a cluster's Spark, the same ones after a restart. Good until `release` of the cluster. */
  clusterEnvironment(cluster: string): Variables {
    return this.#variables({ id: cluster, cluster }, this.#secretOf(cluster))
  }

  /** How headrig itself reaches a store for a step: with the step's credentials, encrypted as its cluster asks. */
  storeOptions(step: StepRights, uri: string): StoreOptions {
    const { settings, clusterOf } = this.#options
    const { security } = clusterOf(step.cluster) ?? { security: {} }
    return {
      endpoint: settings.s3Endpoint,
      region: this.#region,
      pathStyle: settings.s3PathStyle,
      requesterPays: settings.s3RequesterPays,
      encryption: encryptionFor(security, uri),
      credentials: this.#sessionOf(step) ?? (() => Promise.reject(noRole(step))),
    }
  }

  /** To be called when a step or a cluster ended: what it was given tells nothing any more. */
  release(id: string): void {
    this.#grants.get(id)?.revoke()
    this.#grants.delete(id)
    this.#sessions.delete(id)
  }

  close(): Promise<void> {
    return this.#endpoint.close()
  }

  #variables(step: StepRights, secret?: string): Variables {
    const { s3Endpoint } = this.#options.settings
    const grant = this.#grants.get(step.id) ?? this.#grant(step, secret)
    this.#grants.set(step.id, grant)
    return {
      ...grant.environment,
      AWS_REGION: this.#region,
      AWS_DEFAULT_REGION: this.#region,
      ...(s3Endpoint !== undefined && { AWS_ENDPOINT_URL_S3: s3Endpoint }),
    }
  }

  #grant(step: StepRights, secret: string | undefined): Grant {
    const { settings, clusterOf } = this.#options
    const { serverAccount: account } = settings
    const cluster = clusterOf(step.cluster)
    if (!cluster) throw new HeadrigError('not-found', `no cluster ${step.cluster} for ${step.id}`)
    const session = this.#sessionOf(step)
    const role = roleOfStep(step, cluster, account)
    const arn = role?.arn ?? `arn:aws:iam::${account}:role/headrig-server`
    const about = {
      instanceId: cluster.instanceId,
      account,
      region: this.#region,
      version: cluster.security.metadataVersion ?? 1,
      ...(session && { role: { arn, session } }),
    }
    return this.#endpoint.grant(about, secret)
  }

  #sessionOf(step: StepRights): SessionSource | undefined {
    if (this.#sessions.has(step.id)) return this.#sessions.get(step.id)
    const { settings, clusterOf } = this.#options
    const cluster = clusterOf(step.cluster)
    const role = cluster && roleOfStep(step, cluster, settings.serverAccount)
    const source = sessionSource(role, step.id, {
      mode: settings.emrCredentials,
      endpoint: this.#sts,
      identity: this.identity,
    })
    this.#sessions.set(step.id, source)
    return source
  }
}

function noRole({ id }: StepRights): HeadrigError {
  return new HeadrigError(
    'forbidden',
    `${id} has no role: give the cluster a JobFlowRole, or set emr.credentials`,
  )
}
