import { join } from 'node:path'
import { clustersFolder } from '../app/clusters.js'
import { storeOptions } from '../app/context.js'
import type { Settings } from '../core/config-settings.js'
import { containerLogs } from '../jobs/container-logs.js'
import { StepLogs } from '../jobs/logs.js'
import type { StepSpec } from '../jobs/step.js'
import { openStore } from '../storage/open.js'
import type { ByteStore } from '../storage/store.js'
import { textOf } from '../wire/members.js'
import type { Documents } from './cluster/documents-store.js'
import type { LogSeals } from './security/log-seals.js'
import { encryptionFor } from './security/s3-encryption.js'
import type { SecurityStore } from './security/store.js'

export interface LogPlacesOptions {
  readonly settings: Settings
  readonly documents: Documents
  readonly security: SecurityStore
  readonly seals: LogSeals
}

/** Where the logs of clusters go: stored by the server with its own credentials, encrypted as each cluster asks. */
export class LogPlaces {
  readonly #settings: Settings
  readonly #documents: Documents
  readonly #security: SecurityStore
  readonly #seals: LogSeals

  constructor({ settings, documents, security, seals }: LogPlacesOptions) {
    this.#settings = settings
    this.#documents = documents
    this.#security = security
    this.#seals = seals
  }

  /** The store of a place; `keyId`: of KMS, in place of what the cluster asks. */
  store(uri: string, cluster: string, keyId?: string): ByteStore {
    const key = keyId ?? textOf(this.#documents.cluster(cluster)?.shown['LogEncryptionKmsKeyId'])
    const encryption =
      key === undefined
        ? encryptionFor(this.#security.of(cluster), uri)
        : ({ mode: 'aws:kms', keyId: key } as const)
    return openStore(uri, { ...storeOptions(this.#settings), ...(encryption && { encryption }) })
  }

  /** The logs of a step's attempt; undefined for one whose logs stay on this machine as they are. */
  ofStep(spec: StepSpec, folder: string): StepLogs | undefined {
    const { id, cluster, logUri } = spec
    const seal = this.#seals.of(spec)
    const prefix = `${cluster}/steps/${id}`
    if (logUri === undefined) return seal && new StepLogs({ folder, prefix, seal })
    const key = this.#documents.steps.get(id)?.encryptionKey
    const store = this.store(logUri, cluster, key)
    const more = containerLogs({
      stderr: join(folder, 'stderr'),
      work: join(clustersFolder(this.#settings), cluster, 'work'),
      store,
      prefix: `${cluster}/containers`,
      scratch: folder,
    })
    return new StepLogs({ folder, store, prefix, seal, more })
  }

  /** The logs of a bootstrap action, by the name of its processes. */
  ofBootstrapAction(spec: StepSpec, folder: string): StepLogs | undefined {
    const { id, cluster, logUri } = spec
    const seal = this.#seals.of(spec)
    const [, instance = '', n = ''] = /^(.+)-ba-(\d+)$/.exec(id) ?? []
    const node = this.#documents.instances.get(instance)?.ec2Id
    const hasStore = logUri !== undefined && node !== undefined
    if (!hasStore && !seal) return undefined
    const store = hasStore ? this.store(logUri, cluster) : undefined
    const prefix = `${cluster}/node/${node}/bootstrap-actions/${n}`
    return new StepLogs({ folder, store, prefix, seal })
  }
}
