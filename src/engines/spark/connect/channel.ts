import * as grpc from '@grpc/grpc-js'
import { isLoopback, type ConnectionString } from './connection-string.js'
import type { AddArtifactsRequest, Calls } from './messages.js'
import { method } from './protocol.js'
import { ResponseStream } from './response-stream.js'

type StreamCall = 'ExecutePlan' | 'ReattachExecute'
type UnaryCall = Exclude<keyof Calls, StreamCall | 'AddArtifacts'>

export interface ChannelOptions {
  /** The longest a call that is no stream may take. */
  readonly timeoutMs: number
  readonly maxMessageBytes: number
  /** Between pings while a call is open. Servers end connections that ping more often than they like. */
  readonly keepaliveMs: number
  /** PEM of the certificate authorities to trust instead of the system's. */
  readonly ca?: Uint8Array
}

const USER_AGENT_BYTES = 2048
const WINDOW_BYTES = 1 << 20

/** A gRPC channel to a Spark Connect server; connects at the first call, and again when it is lost. */
export class Channel {
  readonly #client: grpc.Client
  readonly #metadata: grpc.Metadata
  readonly #options: ChannelOptions

  constructor(where: ConnectionString, userAgent: string, options: ChannelOptions) {
    this.#options = options
    this.#client = new grpc.Client(
      `${where.host}:${where.port}`,
      where.useSsl
        ? grpc.credentials.createSsl(options.ca ? Buffer.from(options.ca) : null)
        : grpc.credentials.createInsecure(),
      {
        'grpc.primary_user_agent': userAgent.slice(0, USER_AGENT_BYTES),
        'grpc.max_receive_message_length': options.maxMessageBytes,
        'grpc.max_send_message_length': options.maxMessageBytes,
        'grpc.keepalive_time_ms': options.keepaliveMs,
        'grpc.keepalive_timeout_ms': 20_000,
        'grpc.initial_reconnect_backoff_ms': 100,
        'grpc.max_reconnect_backoff_ms': 5000,
        'grpc-node.flow_control_window': WINDOW_BYTES,
        'grpc.use_local_subchannel_pool': 1,
        'grpc.enable_retries': 0,
        'grpc.enable_channelz': 0,
        ...(isLoopback(where.host) ? { 'grpc.enable_http_proxy': 0 } : {}),
      },
    )
    this.#metadata = new grpc.Metadata()
    for (const [name, value] of Object.entries(where.headers)) this.#metadata.set(name, value)
    if (where.token !== undefined) this.#metadata.set('authorization', `Bearer ${where.token}`)
  }

  /** One request, one answer; rejects with gRPC's own error. */
  unary<C extends UnaryCall>(
    name: C,
    request: Calls[C]['request'],
    timeoutMs = this.#options.timeoutMs,
  ): Promise<Calls[C]['response']> {
    const { path, request: input, response } = method(name)
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest<object, object>(
        path,
        (value) => input.encode(value),
        (bytes) => response.decode(bytes),
        request,
        this.#metadata,
        { deadline: Date.now() + timeoutMs },
        (error, answer) => (error ? reject(error) : resolve(answer as Calls[C]['response'])),
      )
    })
  }

  /** One request, answers as they are asked for. */
  stream<C extends StreamCall>(name: C, request: Calls[C]['request']): ResponseStream {
    const { path, request: input, response } = method(name)
    return new ResponseStream((interceptor) =>
      this.#client.makeServerStreamRequest<object, object>(
        path,
        (value) => input.encode(value),
        (bytes) => response.decode(bytes),
        request,
        this.#metadata,
        { interceptors: [interceptor] },
      ),
    )
  }

  /** Requests as the server takes them, one answer. */
  async upload(
    requests: AsyncIterable<AddArtifactsRequest> | Iterable<AddArtifactsRequest>,
  ): Promise<Calls['AddArtifacts']['response']> {
    const { path, request: input, response } = method('AddArtifacts')
    let call: grpc.ClientWritableStream<object> | undefined
    const answer = new Promise<Calls['AddArtifacts']['response']>((resolve, reject) => {
      call = this.#client.makeClientStreamRequest<object, object>(
        path,
        (value) => input.encode(value),
        (bytes) => response.decode(bytes),
        this.#metadata,
        {},
        (error, value) =>
          error ? reject(error) : resolve(value as Calls['AddArtifacts']['response']),
      )
    })
    const sent = send(call, requests)
    return (await Promise.all([answer, Promise.race([sent, answer])]))[0]
  }

  close(): void {
    this.#client.close()
  }
}

async function send(
  call: grpc.ClientWritableStream<object> | undefined,
  requests: AsyncIterable<AddArtifactsRequest> | Iterable<AddArtifactsRequest>,
): Promise<void> {
  try {
    for await (const request of requests) {
      await new Promise<void>((resolve, reject) => {
        call?.write(request, (error: Error | null | undefined) =>
          error ? reject(error) : resolve(),
        )
      })
    }
    call?.end()
  } catch (error) {
    call?.cancel()
    throw error
  }
}
