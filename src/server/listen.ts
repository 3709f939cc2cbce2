import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { HeadrigError, messageOf } from '../core/errors.js'

/** What a connection may take before it is closed. Times are milliseconds. */
export interface ConnectionLimits {
  readonly connections: number
  readonly headerBytes: number
  readonly headers: number
  /** For the header, and for the whole request: slow senders are cut off. */
  readonly headerTime: number
  readonly requestTime: number
  readonly idleTime: number
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  connections: 2000,
  headerBytes: 32 << 10,
  headers: 100,
  headerTime: 10_000,
  requestTime: 30_000,
  idleTime: 65_000,
}

export interface ListenOptions {
  readonly host: string
  /** 0: one that is free. */
  readonly port: number
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  readonly limits?: ConnectionLimits
}

export interface Listener {
  readonly port: number
  /** Takes no more connections, waits for open calls so long at most, then cuts what is left. */
  close(graceMs: number): Promise<void>
}

/**
 * Serves the routes until it is closed.
 * @throws HeadrigError `unavailable` for an address that cannot be listened on
 */
export async function listen(
  onRequest: RequestListener,
  options: ListenOptions,
): Promise<Listener> {
  const { host, port, tls, limits = CONNECTION_LIMITS } = options
  const settings = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headerTime,
    requestTimeout: limits.requestTime,
    keepAliveTimeout: limits.idleTime,
    connectionsCheckingInterval: Math.min(1000, limits.headerTime),
  }
  const server: Server = tls
    ? createHttpsServer({ ...settings, ...tls, minVersion: 'TLSv1.2' }, onRequest)
    : createHttpServer(settings, onRequest)
  server.maxConnections = limits.connections
  server.maxHeadersCount = limits.headers
  server.on('clientError', refuse)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  }).catch((error: unknown) => {
    throw new HeadrigError(
      'unavailable',
      `cannot listen on ${host} port ${port}: ${messageOf(error)}; give another by --host or --port`,
      { cause: error },
    )
  })
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
      server.closeIdleConnections()
      const timer = setTimeout(() => server.closeAllConnections(), graceMs)
      await closed
      clearTimeout(timer)
    },
  }
}

const REASONS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** What is no HTTP, or too slow. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const reason = REASONS[error.code ?? ''] ?? '400 Bad Request'
  socket.end(`HTTP/1.1 ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
