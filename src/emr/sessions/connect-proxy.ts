import { once } from 'node:events'
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type Http2Server,
  type ServerHttp2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { HeadrigError, messageOf } from '../../core/errors.js'

/** Where a cluster's own Spark Connect server answers, and what it asks for. */
export interface ConnectTarget {
  readonly host: string
  readonly port: number
  readonly token: string
}

/** @example connectTarget('sc://127.0.0.1:4040/', token) */
export function connectTarget(url: string, token = ''): ConnectTarget {
  const { hostname: host, port } = new URL(url.replace(/^sc:/, 'http:'))
  return { host, port: Number(port), token }
}

export interface ConnectProxyOptions {
  /** 0: one that is free. */
  readonly port: number
  /** Of a password; undefined for one that opens nothing. It may take as long as Spark takes to start. */
  readonly targetOf: (password: string) => Promise<ConnectTarget | undefined>
}

export interface ConnectProxy {
  readonly port: number
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const STREAMS = 128
const UNAUTHENTICATED = '16'
const UNAVAILABLE = '14'
/** Of one connection alone, or made anew. */
const NOT_PASSED = new Set(['authorization', 'connection', 'te', 'host'])

/**
 * Spark Connect for who has a password of a session: passes gRPC on to the cluster, whose own token nobody sees.
 * @throws HeadrigError `unavailable` for a port that is taken
 */
export async function openConnectProxy({
  port,
  targetOf,
}: ConnectProxyOptions): Promise<ConnectProxy> {
  const upstream = new Upstream()
  const server = createServer({ settings: { maxConcurrentStreams: STREAMS } })
  const open = new Set<ServerHttp2Session>()
  server.on('session', (session) => {
    open.add(session)
    session.on('close', () => open.delete(session))
    session.on('error', () => undefined)
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    const [, password = ''] = /^Bearer ([\w-]{43})$/.exec(headers.authorization ?? '') ?? []
    targetOf(password).then(
      (target) =>
        target
          ? pass(stream, headers, upstream.to(target), target.token)
          : refuse(stream, UNAUTHENTICATED, 'no password of a session, or one that has ended'),
      (error: unknown) => refuse(stream, UNAVAILABLE, messageOf(error)),
    )
  })
  await listening(server, port)
  server.unref()
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      upstream.close()
      const closed = once(server, 'close')
      server.close()
      for (const session of open) session.destroy()
      await closed
    },
  }
}

function pass(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  to: ClientHttp2Session,
  token: string,
): void {
  const given = Object.entries(headers).filter(([name]) => !NOT_PASSED.has(name))
  const { ':authority': _, ...kept } = Object.fromEntries(given)
  const request = to.request({ ...kept, te: 'trailers', authorization: `Bearer ${token}` })
  let trailers: IncomingHttpHeaders = {}
  request.on('response', (answer, flags) => {
    if (stream.destroyed) return
    const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0
    if (isWhole) return stream.respond(answer, { endStream: true })
    stream.respond(answer, { waitForTrailers: true })
    stream.once('wantTrailers', () => stream.sendTrailers(trailers))
    request.pipe(stream)
  })
  request.on('trailers', (given) => void (trailers = given))
  request.on('error', (error) => {
    if (stream.headersSent) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    else refuse(stream, UNAVAILABLE, messageOf(error))
  })
  stream.on('close', () => request.close(constants.NGHTTP2_CANCEL))
  stream.pipe(request)
}

async function listening(server: Http2Server, port: number): Promise<void> {
  try {
    await once(server.listen(port, HOST), 'listening')
  } catch (error) {
    throw new HeadrigError(
      'unavailable',
      `cannot listen on ${HOST}:${port}: ${messageOf(error)}; set emr.session_port`,
      { cause: error },
    )
  }
}

/** As gRPC says no. */
function refuse(stream: ServerHttp2Stream, status: string, message: string): void {
  if (stream.destroyed || stream.headersSent) return
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': status,
      'grpc-message': encodeURIComponent(message),
    },
    { endStream: true },
  )
}

/** Connections to clusters, one each, made again when they are lost. */
class Upstream {
  readonly #sessions = new Map<string, ClientHttp2Session>()

  to({ host, port }: ConnectTarget): ClientHttp2Session {
    const place = `http://${host}:${port}`
    const open = this.#sessions.get(place)
    if (open && !open.closed && !open.destroyed) return open
    const made = connect(place)
    made.on('error', () => this.#sessions.delete(place))
    made.unref()
    this.#sessions.set(place, made)
    return made
  }

  close(): void {
    for (const session of this.#sessions.values()) session.destroy()
  }
}
