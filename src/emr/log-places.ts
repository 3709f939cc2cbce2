import { storeOptions } from '../app/context.js'
import type { Settings } from '../core/config-settings.js'
import { StepLogs } from '../jobs/logs.js'
import type { StepSpec } from '../jobs/step.js'
import { openStore } from '../storage/open.js'
import type { ByteStore } from '../storage/store.js'
import { textOf } from '../wire/members.js'
import type { Documents } from './cluster/documents-store.js'
import { encryptionFor } from './security/s3-encryption.js'
import type { SecurityStore } from './security/store.js'

/** Where the logs of clusters go: stored by the server with its own credentials, encrypted as each cluster asks. */
export class LogPlaces {
  readonly #settings: Settings
  readonly #documents: Documents
  readonly #security: SecurityStore

  constructor(settings: Settings, documents: Documents, security: SecurityStore) {
    this.#settings = settings
    this.#documents = documents
    this.#security = security
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

  /** The logs of a step's attempt; undefined for one whose logs stay on this machine. */
  ofStep({ id, cluster, logUri }: StepSpec, folder: string): StepLogs | undefined {
    if (logUri === undefined) return undefined
    const store = this.store(logUri, cluster, this.#documents.steps.get(id)?.encryptionKey)
    return new StepLogs({ folder, store, prefix: `${cluster}/steps/${id}` })
  }

  /** The logs of a bootstrap action, by the name of its processes. */
  ofBootstrapAction({ id, cluster, logUri }: StepSpec, folder: string): StepLogs | undefined {
    const [, instance = '', n = ''] = /^(.+)-ba-(\d+)$/.exec(id) ?? []
    const node = this.#documents.instances.get(instance)?.ec2Id
    if (logUri === undefined || node === undefined) return undefined
    const store = this.store(logUri, cluster)
    return new StepLogs({ folder, store, prefix: `${cluster}/node/${node}/bootstrap-actions/${n}` })
  }
}
