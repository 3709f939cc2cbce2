import { HeadrigError } from '../../core/errors.js'
import { openConnectProxy, type ConnectProxy, type ConnectTarget } from './connect-proxy.js'
import { SessionPasswords } from './session-passwords.js'

export interface ClusterSessionsOptions {
  readonly port: number
  /** Starts the cluster's Spark when it does not run. Undefined for a cluster that has ended. */
  readonly targetOf: (cluster: string) => Promise<ConnectTarget | undefined>
  readonly now: () => number
}

/** Sessions on the Spark of clusters, for who was given a password. */
export class ClusterSessions {
  readonly #options: ClusterSessionsOptions
  readonly #passwords: SessionPasswords
  #proxy: Promise<ConnectProxy> | undefined
  #isClosed = false

  constructor(options: ClusterSessionsOptions) {
    this.#options = options
    this.#passwords = new SessionPasswords(options.now)
  }

  /**
   * A password for the Spark Connect of a cluster; from the first one on there is a port where it is asked for.
   * @throws HeadrigError `unavailable` when that port is taken
   */
  async issue(cluster: string): Promise<{ readonly password: string; readonly expires: number }> {
    await this.open()
    return this.#passwords.issue(cluster)
  }

  /** Where Spark Connect answers; opened by the first call. */
  open(): Promise<ConnectProxy> {
    if (this.#isClosed)
      return Promise.reject(new HeadrigError('unavailable', 'the server is stopping'))
    const { port, targetOf } = this.#options
    this.#proxy ??= openConnectProxy({
      port,
      targetOf: async (password) => {
        const cluster = this.#passwords.clusterOf(password)
        return cluster === undefined ? undefined : targetOf(cluster)
      },
    }).catch((error: unknown) => {
      this.#proxy = undefined
      throw error
    })
    return this.#proxy
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#proxy?.then((proxy) => proxy.close())
  }
}
