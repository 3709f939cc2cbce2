import { connect } from 'node:net'

export interface RawAnswer {
  /** 0: the connection was closed without one. */
  readonly status: number
  readonly requestId: string
}

export interface RawCall {
  readonly port: number
  readonly parts: readonly (string | Uint8Array)[]
  /** The client sends no more after them; a server drops the calls of such a one that still run. */
  readonly hangsUp?: boolean
}

/** What a server answers to these bytes until it closes the connection. */
export function rawCall({ port, parts, hangsUp = false }: RawCall): Promise<RawAnswer[]> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part)
      if (hangsUp) socket.end()
    })
    socket.on('data', (data) => chunks.push(data))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answersIn(Buffer.concat(chunks))))
  })
}

/** The whole answers, one after the other. */
export function answersIn(bytes: Buffer): RawAnswer[] {
  const answers: RawAnswer[] = []
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n\r\n', at)
    if (end < 0) break
    const head = bytes.toString('latin1', at, end)
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
    if (end + 4 + length > bytes.length) break
    at = end + 4 + length
    if (head.startsWith('HTTP/1.1 100')) continue
    answers.push({
      status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
      requestId: /^x-amzn-requestid: (\S+)/im.exec(head)?.[1] ?? '',
    })
  }
  return answers
}

/** A POST to `/` as bytes. */
export function rawRequest(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | string,
  length = Buffer.byteLength(body),
): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `POST / HTTP/1.1\r\n${lines.join('')}content-length: ${length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)])
}
