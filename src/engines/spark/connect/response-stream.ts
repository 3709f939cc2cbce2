import * as grpc from '@grpc/grpc-js'
import type { ExecutePlanResponse } from './messages.js'

type Start = (interceptor: grpc.Interceptor) => grpc.ClientReadableStream<object>

/**
 * The answers of one call, taken one by one. While nobody asks, one answer waits here and the rest
 * stays with the server: HTTP/2's flow control holds it back.
 */
export class ResponseStream {
  readonly #call: grpc.ClientReadableStream<object>
  readonly #gate = new Gate()
  readonly #ready: ExecutePlanResponse[] = []
  #ended = false
  #failure: unknown
  #wake: () => void = () => undefined

  constructor(start: Start) {
    this.#call = start(
      (options, next) => new grpc.InterceptingCall(next(options), this.#gate.requester),
    )
    this.#call.on('data', (response: ExecutePlanResponse) => {
      this.#ready.push(response)
      this.#wake()
    })
    this.#call.on('end', () => this.#end())
    this.#call.on('error', (error) => {
      this.#failure ??= error
      this.#end()
    })
  }

  /** The next answer; undefined when the server ended the stream. Rejects with gRPC's own error. */
  async next(): Promise<ExecutePlanResponse | undefined> {
    if (this.#ready.length === 0) this.#gate.admit()
    while (this.#ready.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const response = this.#ready.shift()
    if (response === undefined && this.#failure !== undefined) throw this.#failure
    return response
  }

  /** Ends the call; a waiting `next` rejects. */
  cancel(): void {
    this.#gate.open()
    this.#call.cancel()
  }

  #end(): void {
    this.#ended = true
    this.#wake()
  }
}

/** Lets one message through each time it is asked to. */
class Gate {
  #admitted = 0
  #held: (() => void) | undefined

  readonly requester: grpc.Requester = {
    start: (metadata, _listener, next) => {
      next(metadata, {
        onReceiveMessage: (message: unknown, pass: (message: unknown) => void) => {
          if (this.#admitted > 0) {
            this.#admitted -= 1
            pass(message)
          } else {
            this.#held = () => pass(message)
          }
        },
      })
    },
  }

  admit(): void {
    const held = this.#held
    this.#held = undefined
    if (held) held()
    else this.#admitted = Math.max(this.#admitted, 1)
  }

  open(): void {
    this.#admitted = Number.POSITIVE_INFINITY
    this.#held?.()
    this.#held = undefined
  }
}
