import { access, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError, isKind, messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import type { KerberosTicket } from '../../jobs/hadoop/kerberos.js'
import type { LaunchPlace } from '../../jobs/launch.js'
import { invalid } from '../errors.js'
import type { KerberosAttributes } from './attributes.js'
import type { Kdc } from './kdc.js'
import { krb5Conf } from './krb5-conf.js'
import { runMit } from './mit.js'

export interface KerberosClustersOptions {
  /** Each cluster has a folder of its own below, with its `krb5.conf` and its keytab. */
  readonly folder: string
  readonly logger: Logger
}

const CONFIG = 'krb5.conf'
const KEYTAB = 'cluster.keytab'
const CLUSTER = /^j-[A-Z0-9]{1,64}$/
const ANSWER_MS = 8000

/** What kadmin says, in words of ours: whatever else it says is not told, a password could be among it. */
const PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [/incorrect password|preauthentication failed/i, 'the password of kadmin/admin is wrong'],
  [/not found in Kerberos database/i, 'the KDC does not know kadmin/admin in this realm'],
  [/cannot (?:contact|find) (?:any )?KDC/i, 'no KDC answers'],
  [
    /wrong realm|realm not local|cannot resolve/i,
    'the KDC is of another realm, or not to be found',
  ],
  [/requires ``?\w+'' privilege/i, 'kadmin/admin may not add principals'],
  [/communication failure|connection refused|rpc/i, 'the admin server does not answer'],
]

/** The clusters that have a principal of their own in a KDC, and the tickets of their steps. */
export class KerberosClusters {
  readonly #options: KerberosClustersOptions

  private constructor(options: KerberosClustersOptions) {
    this.#options = options
  }

  /** Opens them; what a kill left of clusters that are not there is removed. */
  static async open(
    options: KerberosClustersOptions,
    isThere: (cluster: string) => boolean,
  ): Promise<KerberosClusters> {
    const { folder } = options
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of await readdir(folder))
      if (!isThere(name)) await rm(join(folder, name), { recursive: true, force: true })
    return new KerberosClusters(options)
  }

  /**
   * Makes the principal `hadoop/<cluster>` with a key that only its keytab here has, and gets a ticket with it.
   * @throws AwsError `ValidationException` when the KDC does not answer or refuses; then nothing is left here
   */
  async enrol(
    cluster: string,
    kdc: Kdc,
    { realm, password }: KerberosAttributes,
    signal: AbortSignal,
  ): Promise<void> {
    const folder = this.#folderOf(cluster)
    const config = join(folder, CONFIG)
    try {
      await mkdir(folder, { mode: 0o700 })
      await writeFile(config, krb5Conf(realm, kdc), { mode: 0o600 })
      const principal = `${principalOf(cluster)}@${realm}`
      // The keytab's name has no folder: kadmin has its own way with spaces and quotes.
      const orders = [`add_principal -randkey ${principal}`, `ktadd -k ${KEYTAB} ${principal}`]
      const { said } = await runMit({
        program: 'kadmin',
        args: ['-r', realm, '-p', `kadmin/admin@${realm}`],
        config,
        folder,
        input: [password, ...orders, 'quit', ''].join('\n'),
        timeoutMs: ANSWER_MS,
        signal,
      })
      const isMade = await access(join(folder, KEYTAB)).then(
        () => true,
        () => false,
      )
      if (!isMade)
        throw new HeadrigError(
          'unavailable',
          PROBLEMS.find(([pattern]) => pattern.test(said))?.[1] ?? 'kadmin made no keytab',
        )
      const cache = join(folder, 'first')
      await this.#kinit(cluster, kdc, { folder, cache, signal })
      await rm(cache)
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      if (!isKind(error, 'unavailable')) throw error
      throw invalid(
        `Kerberos of realm ${realm} with KDC ${kdc.kdc} and admin server ${kdc.adminServer}: ${error.message}.`,
      )
    }
  }

  /**
   * Gets a ticket for a step, into its folder.
   * @throws HeadrigError `unavailable` when the KDC gives none: the step does not run
   */
  async ticket(cluster: string, kdc: Kdc, place: LaunchPlace): Promise<KerberosTicket> {
    const own = join(place.folder, '.kerberos')
    await mkdir(own, { mode: 0o700 })
    const [config, cache] = [join(own, CONFIG), join(own, 'tickets')]
    await copyFile(join(this.#folderOf(cluster), CONFIG), config)
    await this.#kinit(cluster, kdc, { folder: place.folder, cache, signal: place.signal })
    return { principal: principalOf(cluster), config, cache }
  }

  /** Removes the key of a cluster that is over. Its principal stays in the KDC: nobody here may remove it. */
  async release(cluster: string): Promise<void> {
    await rm(this.#folderOf(cluster), { recursive: true, force: true }).catch((error: unknown) =>
      this.#options.logger.warn('the keytab of a cluster is not removed', {
        cluster,
        cause: messageOf(error),
      }),
    )
  }

  async #kinit(
    cluster: string,
    { ticketHours }: Kdc,
    into: { readonly folder: string; readonly cache: string; readonly signal?: AbortSignal },
  ): Promise<void> {
    const { folder, cache, signal } = into
    const own = this.#folderOf(cluster)
    const principal = principalOf(cluster)
    const args = ['-k', '-t', join(own, KEYTAB), '-c', `FILE:${cache}`, '-l', `${ticketHours}h`]
    const problem = await runMit({
      program: 'kinit',
      args: [...args, principal],
      config: join(own, CONFIG),
      folder,
      timeoutMs: ANSWER_MS,
      ...(signal && { signal }),
    }).then(
      ({ code, said }) => (code === 0 ? undefined : said.trim().slice(0, 300)),
      (error: unknown) => messageOf(error),
    )
    signal?.throwIfAborted()
    if (problem !== undefined)
      throw new HeadrigError('unavailable', `no Kerberos ticket for ${principal}: ${problem}`)
  }

  #folderOf(cluster: string): string {
    if (!CLUSTER.test(cluster))
      throw new HeadrigError('invalid', `${JSON.stringify(cluster)} is no id of a cluster`)
    return join(this.#options.folder, cluster)
  }
}

function principalOf(cluster: string): string {
  return `hadoop/${cluster}`
}
