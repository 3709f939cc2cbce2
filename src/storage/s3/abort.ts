import type { ClientRequest } from 'node:http'

/** Requests under way, by the signal that ends them. */
const running = new WeakMap<AbortSignal, Set<ClientRequest>>()

/**
 * Destroys a request when the signal is aborted, until the returned function is called. A signal gets one
 * listener for all of its requests: Node warns of more than ten, and dozens of GETs run at once.
 */
export function endOnAbort(signal: AbortSignal, request: ClientRequest): () => void {
  let requests = running.get(signal)
  if (!requests) {
    const all = new Set<ClientRequest>()
    const end = (): void => {
      for (const one of all) one.destroy(signal.reason as Error)
    }
    signal.addEventListener('abort', end, { once: true })
    running.set(signal, all)
    requests = all
  }
  requests.add(request)
  return () => requests.delete(request)
}
