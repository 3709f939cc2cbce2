import type { Collection } from '../../state/collection.js'
import type { State } from '../../state/state.js'
import { invalidRequest } from '../errors.js'
import { readSecurity, type ClusterSecurity } from './configuration.js'

/** A security configuration as it was given. Kind `emr.security-configuration`. */
export interface SecurityDocument {
  readonly name: string
  readonly text: string
  /** Milliseconds since 1970. */
  readonly created: number
}

/** The security configurations of the account, and what each cluster was started with. */
export class SecurityStore {
  readonly #state: State
  readonly #named: Collection<SecurityDocument>
  readonly #clusters: Collection<ClusterSecurity>

  constructor(state: State) {
    this.#state = state
    this.#named = state.collection('emr.security-configuration')
    this.#clusters = state.collection('emr.cluster-security')
  }

  /** @throws AwsError when the name is taken, or for a text that is none or asks for what headrig does not do */
  create(doc: SecurityDocument): void {
    readSecurity(doc.text)
    this.#state.transaction(() => {
      if (this.#named.get(doc.name))
        throw invalidRequest(`Security configuration with name '${doc.name}' already exists.`)
      this.#named.put(doc.name, doc, { position: doc.created })
    })
  }

  /** @throws AwsError when there is none of this name */
  get(name: string): SecurityDocument {
    const found = this.#named.get(name)
    if (found) return found
    throw invalidRequest(`Security configuration with name '${name}' does not exist.`)
  }

  /** In the order in which they were made. */
  list(): readonly SecurityDocument[] {
    return this.#named.list()
  }

  /** Clusters that have it keep to it. @throws AwsError when there is none of this name */
  delete(name: string): void {
    if (!this.#named.delete(name)) this.get(name)
  }

  /**
   * What a configuration asks for; nothing when none is named.
   * @throws AwsError when there is none of this name
   */
  read(name: string | undefined): ClusterSecurity {
    return name === undefined ? {} : readSecurity(this.get(name).text)
  }

  /** Has a new cluster keep to this, whatever becomes of the configuration. Call it in the transaction that makes the cluster. */
  assign(cluster: string, security: ClusterSecurity): void {
    this.#clusters.put(cluster, security)
  }

  /** What a cluster must keep to; empty for one without a configuration. */
  of(cluster: string): ClusterSecurity {
    return this.#clusters.get(cluster) ?? {}
  }

  /** Forgets a cluster. */
  release(cluster: string): void {
    this.#clusters.delete(cluster)
  }
}
