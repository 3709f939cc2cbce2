import type { Settings } from '../../core/config-settings.js'
import { HeadrigError } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import type { StepSpec } from '../../jobs/step.js'
import { awsIdentity, type AwsIdentity } from '../../storage/aws-identity.js'
import type { StoreOptions } from '../../storage/open.js'
import { encryptionFor } from '../security/s3-encryption.js'
import { openMetadataEndpoint, type Grant, type MetadataEndpoint } from './metadata-endpoint.js'
import { roleOfStep, type ClusterOfStep } from './role-of-step.js'
import { sessionSource, type SessionSource } from './session-source.js'

export interface StepRolesOptions {
  readonly settings: Settings
  readonly logger: Logger
  /** Undefined for a cluster that is not there. */
  readonly clusterOf: (id: string) => (ClusterOfStep & { readonly instanceId: string }) | undefined
  /** The server's own credentials; default: as AWS's tools find them. */
  readonly identity?: () => Promise<AwsIdentity>
}

const AWS_STS = 'https://sts.{region}.amazonaws.com'

/** Gives each step the credentials of its role, and nothing else. */
export class StepRoles {
  readonly #options: StepRolesOptions
  readonly #endpoint: MetadataEndpoint
  readonly #identity: () => Promise<AwsIdentity>
  readonly #sts: string
  readonly #grants = new Map<string, Grant>()
  readonly #sessions = new Map<string, SessionSource | undefined>()

  private constructor(options: StepRolesOptions, endpoint: MetadataEndpoint) {
    const { s3Region, s3Profile, s3Endpoint, serverRegion, emrStsEndpoint } = options.settings
    const region = s3Region ?? serverRegion
    this.#options = options
    this.#endpoint = endpoint
    this.#identity = options.identity ?? awsIdentity({ region, profile: s3Profile })
    this.#sts = emrStsEndpoint ?? s3Endpoint ?? AWS_STS.replace('{region}', region)
  }

  /** Opens the endpoint that steps ask. */
  static async open(options: StepRolesOptions): Promise<StepRoles> {
    return new StepRoles(options, await openMetadataEndpoint(options.logger))
  }

  /**
   * The variables of a step's attempt: where it gets its credentials, never these themselves. What an attempt before
   * it was given is taken back.
   * @throws HeadrigError when the role cannot be assumed: the step then fails with the message
   */
  async environment(spec: StepSpec): Promise<Readonly<Record<string, string>>> {
    const { settings, clusterOf } = this.#options
    const { s3Endpoint, s3Region, serverRegion, serverAccount: account } = settings
    const cluster = clusterOf(spec.cluster)
    if (!cluster)
      throw new HeadrigError('not-found', `no cluster ${spec.cluster} for step ${spec.id}`)
    const role = roleOfStep(spec, cluster, account)
    const session = this.#sessionOf(spec)
    await session?.()
    this.#grants.get(spec.id)?.revoke()
    const region = s3Region ?? serverRegion
    const arn = role?.arn ?? `arn:aws:iam::${account}:role/headrig-server`
    const grant = this.#endpoint.grant({
      instanceId: cluster.instanceId,
      account,
      region,
      version: cluster.security.metadataVersion ?? 1,
      ...(session && { role: { arn, session } }),
    })
    this.#grants.set(spec.id, grant)
    return {
      ...grant.environment,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      ...(s3Endpoint !== undefined && { AWS_ENDPOINT_URL_S3: s3Endpoint }),
    }
  }

  /** How headrig itself reaches a store for a step: with the step's credentials, encrypted as its cluster asks. */
  storeOptions(spec: StepSpec, uri: string): StoreOptions {
    const { s3Endpoint, s3Region, s3PathStyle, s3RequesterPays, serverRegion } =
      this.#options.settings
    const { security } = this.#options.clusterOf(spec.cluster) ?? { security: {} }
    return {
      endpoint: s3Endpoint,
      region: s3Region ?? serverRegion,
      pathStyle: s3PathStyle,
      requesterPays: s3RequesterPays,
      encryption: encryptionFor(security, uri),
      credentials: this.#sessionOf(spec) ?? (() => Promise.reject(noRole(spec))),
    }
  }

  /** To be called when a step ended: what it was given tells nothing any more. */
  release(step: string): void {
    this.#grants.get(step)?.revoke()
    this.#grants.delete(step)
    this.#sessions.delete(step)
  }

  close(): Promise<void> {
    return this.#endpoint.close()
  }

  #sessionOf(spec: StepSpec): SessionSource | undefined {
    if (this.#sessions.has(spec.id)) return this.#sessions.get(spec.id)
    const { settings, clusterOf } = this.#options
    const cluster = clusterOf(spec.cluster)
    const role = cluster && roleOfStep(spec, cluster, settings.serverAccount)
    const source = sessionSource(role, spec.id, {
      mode: settings.emrCredentials,
      endpoint: this.#sts,
      identity: this.#identity,
    })
    this.#sessions.set(spec.id, source)
    return source
  }
}

function noRole({ id }: StepSpec): HeadrigError {
  return new HeadrigError(
    'forbidden',
    `step ${id} has no role: give the cluster a JobFlowRole, or set emr.credentials`,
  )
}
