// Usage: node --import tsx bench/serve/load.ts <port> <access key> <secret> <clients> <requests> <body> <target>
// Signed calls over connections that stay open, from a process of its own; prints figures as JSON.
// Measured from when every client has had its first answer: connecting is another matter.
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { canonicalRequest, signatureOf, SIGNATURE_ALGORITHM } from '../../src/core/aws-signature.js'
import { sha256Hex } from '../../src/core/sha256.js'

const [port = '', key = '', secret = '', clients = '', requests = '', body = '', target = ''] =
  process.argv.slice(2)
const host = `127.0.0.1:${port}`
const payloadSha256 = sha256Hex(body)
const latencies: number[] = []
const statuses: Record<string, number> = {}
let left = Number(requests)

/** As the AWS SDK for JavaScript signs: the invocation id makes every signature another. */
function request(): string {
  const stamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = `${stamp.slice(0, 8)}/us-east-1/elasticmapreduce/aws4_request`
  const headers = [
    ['amz-sdk-invocation-id', randomUUID()],
    ['content-type', 'application/x-amz-json-1.1'],
    ['host', host],
    ['x-amz-date', stamp],
    ['x-amz-target', target],
  ] as const
  const canonical = canonicalRequest({
    method: 'POST',
    path: '/',
    query: '',
    headers,
    payloadSha256,
  })
  const signature = signatureOf(canonical, secret, stamp, scope)
  const names = headers.map(([name]) => name).join(';')
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const authorization = `${SIGNATURE_ALGORITHM} Credential=${key}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  return `POST / HTTP/1.1\r\n${lines}authorization: ${authorization}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

let waiting = Number(clients)
let began = 0
let start = (): void => undefined
const ready = new Promise<void>((resolve) => (start = resolve))

function client(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1')
    let said = ''
    let sent = 0
    let isWarm = false
    const callAgain = (): void => {
      if (isWarm && left-- <= 0) return void socket.end(resolve)
      const text = request()
      sent = performance.now()
      socket.write(text)
    }
    socket.setNoDelay().on('connect', callAgain).on('error', reject)
    socket.on('close', () => resolve())
    socket.on('data', (data) => {
      said += data.toString('latin1')
      const head = said.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(said)?.[1] ?? NaN)
      if (head < 0 || said.length < head + 4 + length) return
      if (isWarm) latencies.push(performance.now() - sent)
      const status = said.slice(9, 12)
      statuses[status] = (statuses[status] ?? 0) + 1
      said = ''
      if (isWarm) return callAgain()
      isWarm = true
      if (--waiting === 0) start()
      void ready.then(callAgain)
    })
  })
}

void ready.then(() => (began = performance.now()))
await Promise.all(Array.from({ length: Number(clients) }, client))
const seconds = (performance.now() - began) / 1000
latencies.sort((a, b) => a - b)
const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? NaN
console.log(JSON.stringify({ seconds, statuses, p50: at(0.5), p99: at(0.99), max: at(0.999999) }))
