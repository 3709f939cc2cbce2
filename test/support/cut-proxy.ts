import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A TCP proxy of 127.0.0.1 that can fail. */
export interface CutProxy {
  readonly port: number
  /** Bytes that the server's side sent through it. */
  received(): number
  connections(): number
  /** Resets every connection each time that many bytes came through; undefined: no more. */
  cutEvery(bytes: number | undefined): void
  /** Resets every connection now. */
  cut(): void
  /** Refuses connections, or takes them again. */
  refuse(yes: boolean): void
  close(): Promise<void>
}

/** @example const proxy = await startCutProxy(server.port); proxy.cutEvery(1 << 20) */
export async function startCutProxy(to: number): Promise<CutProxy> {
  const sockets = new Set<Socket>()
  let [received, connections, refusing] = [0, 0, false]
  let every: number | undefined
  let next = Number.POSITIVE_INFINITY
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const server: Server = createServer((client) => {
    if (refusing) {
      client.resetAndDestroy()
      return
    }
    connections += 1
    const upstream = connect(to, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    upstream.on('data', (chunk) => {
      received += chunk.length
      if (received < next || every === undefined) return
      next = received + every
      cut()
    })
    client.pipe(upstream).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    connections: () => connections,
    cutEvery(bytes) {
      every = bytes
      next = bytes === undefined ? Number.POSITIVE_INFINITY : received + bytes
    },
    cut,
    refuse: (yes) => {
      refusing = yes
    },
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
