import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'

/** One request that passes the proxy. */
export interface ProxiedRequest {
  readonly method: string
  /** With the query, percent-encoded. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** How many requests with this method and path there were, this one included. */
  readonly nth: number
}

/** What is done to it. `lost-reply`: the server does it, but the client sees a reset. */
export type ProxyFault =
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'lost-reply' }
  | { readonly kind: 'short-body' }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly code: string
      readonly headers?: Readonly<Record<string, string>>
    }

export const internalError: ProxyFault = { kind: 'answer', status: 500, code: 'InternalError' }
export const slowDown: ProxyFault = { kind: 'answer', status: 503, code: 'SlowDown' }

export interface S3Proxy {
  readonly endpoint: string
  /** Every request so far. */
  readonly requests: readonly ProxiedRequest[]
  stop(): Promise<void>
}

/**
 * A proxy in front of an S3 server that spoils the requests that the rule names.
 * @example await startS3Proxy(server.endpoint, ({ method, nth }) => method === 'GET' && nth === 1 ? slowDown : undefined)
 */
export async function startS3Proxy(
  target: string,
  rule: (request: ProxiedRequest) => ProxyFault | undefined,
): Promise<S3Proxy> {
  const agent = new Agent({ keepAlive: false })
  const requests: ProxiedRequest[] = []
  const seen = new Map<string, number>()
  const server = createServer((incoming, answer) => {
    const { method = '', url: path = '', headers } = incoming
    const nth = (seen.get(`${method} ${path}`) ?? 0) + 1
    seen.set(`${method} ${path}`, nth)
    const proxied = { method, path, headers, nth }
    requests.push(proxied)
    answer.on('error', () => undefined)
    handle(rule(proxied), { target, agent, incoming, answer }).catch(() => answer.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      server.closeAllConnections()
      agent.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Exchange {
  readonly target: string
  readonly agent: Agent
  readonly incoming: IncomingMessage
  readonly answer: ServerResponse
}

async function handle(fault: ProxyFault | undefined, exchange: Exchange): Promise<void> {
  const { incoming, answer } = exchange
  switch (fault?.kind) {
    case 'reset':
      incoming.socket.resetAndDestroy()
      return
    case 'answer': {
      incoming.resume()
      await once(incoming, 'end')
      answer.writeHead(fault.status, { 'content-type': 'application/xml', ...fault.headers })
      answer.end(`<Error><Code>${fault.code}</Code><Message>injected</Message></Error>`)
      return
    }
    case 'delay':
      await setTimeout(fault.ms)
      return forward(exchange)
    case 'lost-reply': {
      const reply = await ask(exchange)
      reply.resume()
      await once(reply, 'end')
      incoming.socket.resetAndDestroy()
      return
    }
    case 'short-body': {
      const reply = await ask(exchange)
      const body = await buffer(reply)
      answer.writeHead(reply.statusCode ?? 500, headersOf(reply))
      answer.write(body.subarray(0, Math.floor(body.length / 2)), () => incoming.socket.destroy())
      return
    }
    case undefined:
      return forward(exchange)
  }
}

async function forward(exchange: Exchange): Promise<void> {
  const reply = await ask(exchange)
  exchange.answer.writeHead(reply.statusCode ?? 500, headersOf(reply))
  reply.pipe(exchange.answer)
}

/** Whether a connection is kept is between each two: that to the client is. */
function headersOf(reply: IncomingMessage): IncomingMessage['headers'] {
  const { connection: _, 'keep-alive': _keep, ...headers } = reply.headers
  return headers
}

/** Passes the request on as it is, its Host included, so that its signature stays right. */
async function ask({ target, agent, incoming }: Exchange): Promise<IncomingMessage> {
  const { hostname, port } = new URL(target)
  const { method, url: path, headers } = incoming
  const outgoing = request({ hostname, port, method, path, headers, agent })
  incoming.pipe(outgoing)
  const [reply] = (await once(outgoing, 'response')) as [IncomingMessage]
  return reply
}
