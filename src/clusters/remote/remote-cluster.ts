import { connect } from 'node:net'
import { HeadrigError } from '../../core/errors.js'
import type { Cluster, ClusterStatus } from '../cluster.js'

export interface RemoteClusterOptions {
  /** Spark's own way to write it: `sc://host:port/;use_ssl=true`. */
  readonly url: string
  /** Goes before a token in the URL. */
  readonly token?: string | undefined
}

const DEFAULT_PORT = 15002
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/

/**
 * A Spark Connect server that somebody else runs. It is neither scaled nor stopped from here.
 * @throws `invalid` for what is no `sc://` URL, and for a token that would cross a network in the open
 * @example openRemoteCluster({ url: 'sc://spark.example:443/;use_ssl=true', token })
 */
export function openRemoteCluster({ url, token: given }: RemoteClusterOptions): Cluster {
  const { host, port, parameters } = parseConnectUrl(url)
  const token = given ?? parameters.get('token')
  const isSecure = parameters.get('use_ssl') === 'true'
  if (token !== undefined && !isSecure && !LOOPBACK.test(host))
    throw new HeadrigError(
      'invalid',
      `the token would go to ${host} unencrypted: add use_ssl=true to the URL, or use a tunnel to 127.0.0.1`,
    )
  parameters.delete('token')
  const rest = [...parameters].map(([name, value]) => `;${name}=${encodeURIComponent(value)}`)
  const connectUrl = `sc://${host}:${port}/${rest.join('')}`
  const id = `${host}:${port}`
  const openedAt = new Date().toISOString()
  const notOurs = async (): Promise<never> => {
    throw new HeadrigError('invalid', `${connectUrl} is not ours: scale it where it runs`)
  }
  return {
    id,
    connectUrl,
    token,
    async status(): Promise<ClusterStatus> {
      const isUp = await accepts(host.replace(/^\[|\]$/g, ''), port)
      return {
        id,
        provider: 'remote',
        state: isUp ? 'WAITING' : 'TERMINATED_WITH_ERRORS',
        connectUrl,
        masterUrl: undefined,
        createdAt: openedAt,
        nodes: [{ id: 'primary-1', role: 'primary', host, state: isUp ? 'RUNNING' : 'TERMINATED' }],
      }
    },
    work: async () => undefined,
    scale: notOurs,
    decommission: notOurs,
    stop: async () => undefined,
  }
}

/** The parts of a Spark Connect URL. @throws `invalid`, without showing a token */
export function parseConnectUrl(url: string): {
  readonly host: string
  readonly port: number
  readonly parameters: Map<string, string>
} {
  const [, host, port, path = ''] =
    /^sc:\/\/(\[[\da-fA-F:]+\]|[\w.-]+)(?::(\d{1,5}))?(?:\/(.*))?$/.exec(url) ?? []
  const number = Number(port ?? DEFAULT_PORT)
  const bad = (why: string): HeadrigError =>
    new HeadrigError(
      'invalid',
      `${JSON.stringify(url.replace(/;token=[^;]*/g, ';token=***'))} ${why}: write sc://host:15002/;use_ssl=true`,
    )
  if (host === undefined || number < 1 || number > 65_535) throw bad('is no Spark Connect URL')
  if (path !== '' && !path.startsWith(';')) throw bad('has a path, and Spark Connect has none')
  const parameters = new Map<string, string>()
  for (const pair of path.split(';').filter(Boolean)) {
    const at = pair.indexOf('=')
    if (at < 1) throw bad('has a parameter without a value')
    parameters.set(pair.slice(0, at), decodeURIComponent(pair.slice(at + 1)))
  }
  return { host, port: number, parameters }
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 5000 })
    const settle = (answer: boolean) => (): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', settle(true)).once('error', settle(false)).once('timeout', settle(false))
  })
}
